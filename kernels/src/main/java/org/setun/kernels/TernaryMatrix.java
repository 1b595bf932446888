// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * A matrix of -1, 0 and +1, two bits an element: the weights of a {@link TernaryProduct}. A binary
 * matrix is one without zeros. Immutable; threads share it.
 *
 * <p>Rows are packed one after the other in two planes of 64 elements a word, as {@link
 * TernaryKernel} describes them: column {@code c} of row {@code r} is bit {@code c % 64} of word
 * {@code r * ceil(columns / 64) + c / 64}. A set bit of the nonzero plane says that the element is
 * not 0, one of the sign plane that it is -1.
 *
 * @since 0.2
 */
public final class TernaryMatrix {
  private final TernaryKernel kernel;

  private TernaryMatrix(TernaryKernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Packs trits.
   *
   * @param trits -1, 0 or +1, row after row
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @return the matrix
   * @throws IllegalArgumentException if there are not {@code rows * columns} trits, or one is none
   */
  public static TernaryMatrix ofTrits(byte[] trits, int rows, int columns) {
    return new TernaryMatrix(TernaryKernel.ofTrits(trits, rows, columns, 1, 1));
  }

  /**
   * Rounds numbers to trits: +1 above the threshold, -1 below its negative, else 0.
   *
   * @param values numbers, row after row
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @param threshold not below 0
   * @return the matrix; a scale, as TWN has, is the product's affair
   * @throws IllegalArgumentException if the lengths do not fit, a value is NaN, or the threshold is
   *     below 0 or NaN
   */
  public static TernaryMatrix ofFloats(float[] values, int rows, int columns, float threshold) {
    Objects.requireNonNull(values, "values");
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException("threshold " + threshold + " is below 0");
    }
    byte[] trits = new byte[values.length];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (number(values, i) > threshold ? 1 : values[i] < -threshold ? -1 : 0);
    }
    return ofTrits(trits, rows, columns);
  }

  /**
   * Takes the signs of numbers: a binary matrix. 0 and -0 become +1.
   *
   * @param values numbers, row after row
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @return the matrix
   * @throws IllegalArgumentException if the lengths do not fit, or a value is NaN
   */
  public static TernaryMatrix ofSigns(float[] values, int rows, int columns) {
    Objects.requireNonNull(values, "values");
    byte[] trits = new byte[values.length];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (number(values, i) < 0 ? -1 : 1);
    }
    return ofTrits(trits, rows, columns);
  }

  private static float number(float[] values, int index) {
    if (Float.isNaN(values[index])) {
      throw new IllegalArgumentException("value " + index + " is NaN");
    }
    return values[index];
  }

  /**
   * Copies planes that are packed already.
   *
   * @param nonzero the nonzero plane
   * @param sign the sign plane
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @return the matrix
   * @throws IllegalArgumentException if a plane has not {@code rows * ceil(columns / 64)} words, or
   *     a bit is set past the last column, or in the sign plane where the element is 0
   */
  public static TernaryMatrix ofPlanes(long[] nonzero, long[] sign, int rows, int columns) {
    return new TernaryMatrix(TernaryKernel.ofPlanes(nonzero, sign, rows, columns, 1, 1));
  }

  /**
   * As {@link #ofPlanes(long[], long[], int, int)}, for planes in memory segments.
   *
   * @param nonzero the nonzero plane, words of the machine's byte order, at any alignment
   * @param sign the sign plane
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @return the matrix
   * @throws IllegalArgumentException as there
   */
  public static TernaryMatrix ofPlanes(
      MemorySegment nonzero, MemorySegment sign, int rows, int columns) {
    Objects.requireNonNull(nonzero, "nonzero");
    Objects.requireNonNull(sign, "sign");
    return ofPlanes(
        nonzero.toArray(ValueLayout.JAVA_LONG_UNALIGNED),
        sign.toArray(ValueLayout.JAVA_LONG_UNALIGNED),
        rows,
        columns);
  }

  /**
   * The weights of a linear layer, or of a convolution with 1×1 windows.
   *
   * @param kernel the weights, which are shared
   * @return a matrix with a row for each output channel
   * @throws IllegalArgumentException if the windows are larger
   */
  public static TernaryMatrix of(TernaryKernel kernel) {
    Objects.requireNonNull(kernel, "kernel");
    if (kernel.kernelHeight() != 1 || kernel.kernelWidth() != 1) {
      throw new IllegalArgumentException(
          "windows of "
              + kernel.kernelHeight()
              + "x"
              + kernel.kernelWidth()
              + " make no matrix; flatten them first");
    }
    return new TernaryMatrix(kernel);
  }

  /**
   * The weights of a convolution as {@link TernaryMap#im2col} lays out what they are multiplied
   * with: column {@code (tap * words + w) * 64 + i} is input channel {@code 64 w + i} under the
   * tap, and 0 past the last channel.
   *
   * @param kernel the weights
   * @return a matrix with a row for each output channel
   * @throws IllegalArgumentException if it is too large for an array
   */
  public static TernaryMatrix ofWindows(TernaryKernel kernel) {
    Objects.requireNonNull(kernel, "kernel");
    return ofPlanes(
        kernel.nonzeroPlane(),
        kernel.signPlane(),
        kernel.outputChannels(),
        Math.multiplyExact(kernel.wordsPerOutput(), TernaryKernel.WORD));
  }

  /** {@return the rows} */
  public int rows() {
    return kernel.outputChannels();
  }

  /** {@return the columns} */
  public int columns() {
    return kernel.inputChannels();
  }

  /** {@return the size of both planes in bytes} */
  public long byteSize() {
    return kernel.byteSize();
  }

  /** {@return the number of elements that are 0} */
  public long zeroCount() {
    return kernel.zeroCount();
  }

  /**
   * One element.
   *
   * @param row its row
   * @param column its column
   * @return -1, 0 or +1
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public int get(int row, int column) {
    return kernel.trit(row, column, 0, 0);
  }

  /**
   * Unpacks all elements.
   *
   * @return -1, 0 or +1, row after row
   */
  public byte[] toTrits() {
    byte[] trits = new byte[Math.multiplyExact(rows(), columns())];
    for (int row = 0, i = 0; row < rows(); row++) {
      for (int column = 0; column < columns(); column++) {
        trits[i++] = (byte) get(row, column);
      }
    }
    return trits;
  }

  /**
   * Some of the rows, to share a product out.
   *
   * @param from the first row
   * @param end the last row, exclusive
   * @return a matrix of its own
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws IllegalArgumentException if they are none
   */
  public TernaryMatrix rows(int from, int end) {
    Objects.checkFromToIndex(from, end, rows());
    if (from == end) {
      throw new IllegalArgumentException("a matrix has at least one row");
    }
    return new TernaryMatrix(kernel.outputs(from, end));
  }

  /** {@return the same as the weights of a layer with 1×1 windows, which share its planes} */
  public TernaryKernel kernel() {
    return kernel;
  }

  /** Equal extents and elements. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TernaryMatrix matrix
        && rows() == matrix.rows()
        && columns() == matrix.columns()
        && kernel.hasTritsOf(matrix.kernel);
  }

  @Override
  public int hashCode() {
    return Objects.hash(rows(), columns(), kernel.tritHash());
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "TernaryMatrix " + rows() + "x" + columns();
  }
}
