// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.setun.kernels.op.HammingDistance;

/**
 * A binary matrix W, a bit an element, that is packed to be compared and multiplied with rows of
 * bits X. A set bit stands for -1, a clear one for +1, so that {@code Σ X[r][c] · W[o][c]} is the
 * number of columns less twice the Hamming distance of the rows. Bits are packed as in {@link
 * TernaryMatrix}: column {@code c} of row {@code r} is bit {@code c % 64} of word {@code r *
 * ceil(columns / 64) + c / 64}. Immutable, and a call needs no memory of its own: threads share it,
 * each with rows of its own.
 *
 * <pre>{@code
 * BinaryProduct codes = BinaryProduct.ofBits(bits, 1_000_000, 1024);
 * codes.distances(query, 0, 1, y, 0, 1_000_000);
 * }</pre>
 *
 * <p>A single row of X takes the time of reading W once.
 *
 * @since 0.2
 */
public final class BinaryProduct {
  /** Bytes of W that stay in the first-level cache while the rows of X go by. */
  private static final int BLOCK_BYTES = 16 * 1024;

  private final HammingDistance kernel;
  private final int rows;
  private final int columns;
  private final int words;
  private final long[] panels;

  private BinaryProduct(HammingDistance kernel, int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("a matrix of " + rows + "x" + columns);
    }
    this.kernel = kernel;
    this.rows = rows;
    this.columns = columns;
    this.words = TernaryKernel.channelWords(columns);
    long size = (long) Math.ceilDiv(rows, kernel.rows()) * kernel.rows() * words;
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          "a binary matrix of "
              + rows
              + "x"
              + columns
              + " takes "
              + size
              + " words, more than an array; split its rows");
    }
    this.panels = new long[(int) size];
  }

  /**
   * Packs bits for the best kernels of this JVM.
   *
   * @param bits rows of {@code ceil(columns / 64)} words; set: -1
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @return the matrix
   * @throws IllegalArgumentException if there are not as many words, or a bit is set behind the
   *     last column
   */
  public static BinaryProduct ofBits(long[] bits, int rows, int columns) {
    return ofBits(bits, rows, columns, Kernels.best());
  }

  /**
   * Packs bits.
   *
   * @param bits rows of {@code ceil(columns / 64)} words; set: -1
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @param kernels what to compute it with
   * @return the matrix
   * @throws IllegalArgumentException if there are not as many words, or a bit is set behind the
   *     last column
   */
  public static BinaryProduct ofBits(long[] bits, int rows, int columns, Kernels kernels) {
    Objects.requireNonNull(bits, "bits");
    return ofBits(MemorySegment.ofArray(bits), rows, columns, kernels);
  }

  /**
   * Packs bits of a memory segment, such as a mapped file.
   *
   * @param bits rows of {@code ceil(columns / 64)} words of the machine's byte order, at any
   *     alignment; set: -1
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @param kernels what to compute it with
   * @return the matrix
   * @throws IllegalArgumentException if there are not as many words, or a bit is set behind the
   *     last column
   */
  public static BinaryProduct ofBits(MemorySegment bits, int rows, int columns, Kernels kernels) {
    Objects.requireNonNull(bits, "bits");
    Objects.requireNonNull(kernels, "kernels");
    BinaryProduct product = new BinaryProduct(kernels.hamming(), rows, columns);
    long expected = (long) rows * product.words;
    if (bits.byteSize() != expected * Long.BYTES) {
      throw new IllegalArgumentException(
          bits.byteSize()
              + " bytes for "
              + rows
              + " rows of "
              + columns
              + " bits, which take "
              + expected * Long.BYTES);
    }
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < product.words; k++) {
        long index = (long) row * product.words + k;
        product.panels[product.index(row, k)] =
            bits.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, index);
      }
      product.requireTail(product.panels[product.index(row, product.words - 1)], row, "W");
    }
    return product;
  }

  /**
   * Packs a matrix without zeros.
   *
   * @param matrix of -1 and +1
   * @return the matrix
   * @throws IllegalArgumentException if it has zeros
   */
  public static BinaryProduct of(TernaryMatrix matrix) {
    Objects.requireNonNull(matrix, "matrix");
    if (matrix.zeroCount() > 0) {
      throw new IllegalArgumentException(
          matrix + " has " + matrix.zeroCount() + " zeros; a binary matrix has none");
    }
    return ofBits(matrix.kernel().signPlane(), matrix.rows(), matrix.columns());
  }

  private int index(int row, int word) {
    int panel = kernel.rows();
    return (row / panel * words + word) * panel + row % panel;
  }

  private void requireTail(long last, int row, String matrix) {
    int tail = columns % Long.SIZE;
    if (tail != 0 && last >>> tail != 0) {
      throw new IllegalArgumentException(
          "a bit of row " + row + " of " + matrix + " is set behind column " + (columns - 1));
    }
  }

  /** {@return the rows of W} */
  public int rows() {
    return rows;
  }

  /** {@return the columns of X and of W} */
  public int columns() {
    return columns;
  }

  /** {@return the words of a row of X} */
  public int words() {
    return words;
  }

  /** {@return the size of the packed matrix in bytes} */
  public long byteSize() {
    return (long) Long.BYTES * panels.length;
  }

  /**
   * One element.
   *
   * @param row its row
   * @param column its column
   * @return -1 or +1
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public int get(int row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    return (panels[index(row, column / Long.SIZE)] >>> column & 1) == 0 ? 1 : -1;
  }

  /**
   * Hamming distances: {@code Y[r][o]} is the number of columns in which row {@code r} of X differs
   * from row {@code o} of W.
   *
   * @param x rows of X, one right after the other
   * @param from index of the first word
   * @param count how many rows
   * @param y receives the distances
   * @param at index of the first
   * @param stride distance between rows of Y, at least the rows of W
   * @throws IllegalArgumentException if {@code stride} is too small or a bit of X is set behind the
   *     last column
   * @throws IndexOutOfBoundsException if X or Y does not fit into its array
   */
  public void distances(long[] x, int from, int count, int[] y, int at, int stride) {
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    check(x, from, count, y, at, stride);
    int blockRows = blockRows();
    for (int first = 0; first < rows; first += blockRows) {
      int end = Math.min(first + blockRows, rows);
      for (int r = 0; r < count; r++) {
        distances(x, from + r * words, first, end, y, at + r * stride + first);
      }
    }
  }

  /**
   * {@code Y = X Wᵀ} of elements -1 and +1. The parameters are those of {@link #distances}.
   *
   * @param x rows of X, one right after the other
   * @param from index of the first word
   * @param count how many rows
   * @param y receives the results
   * @param at index of the first
   * @param stride distance between rows of Y, at least the rows of W
   */
  public void multiply(long[] x, int from, int count, int[] y, int at, int stride) {
    distances(x, from, count, y, at, stride);
    for (int r = 0; r < count; r++) {
      for (int i = at + r * stride; i < at + r * stride + rows; i++) {
        y[i] = columns - 2 * y[i];
      }
    }
  }

  private void check(long[] x, int from, int count, int[] y, int at, int stride) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " rows");
    }
    if (stride < rows) {
      throw new IllegalArgumentException(
          "a leading dimension of " + stride + " for " + rows + " rows of W");
    }
    requireQueries(x, from, count);
    long end = count == 0 ? at : at + (count - 1L) * stride + rows;
    if (at < 0 || end > y.length) {
      throw new IndexOutOfBoundsException(
          count + " rows of " + rows + " from " + at + " end at " + end + " of " + y.length);
    }
  }

  private void requireQueries(long[] x, int from, int count) {
    if (from < 0 || from + (long) count * words > x.length) {
      throw new IndexOutOfBoundsException(
          count + " rows of " + words + " words from " + from + " do not fit into " + x.length);
    }
    for (int r = 0; r < count; r++) {
      requireTail(x[from + (r + 1) * words - 1], r, "X");
    }
  }

  /** Rows of a block, whole panels. */
  private int blockRows() {
    return kernel.rows() * Math.max(1, BLOCK_BYTES / (Long.BYTES * words * kernel.rows()));
  }

  /** Distances of rows {@code first}, where a panel begins, to {@code end}, exclusive. */
  private void distances(long[] x, int from, int first, int end, int[] y, int to) {
    int panel = kernel.rows();
    int whole = (end - first) / panel;
    kernel.distances(panels, index(first, 0), whole, words, x, from, y, to);
    for (int row = first + whole * panel; row < end; row++) {
      int distance = 0;
      for (int k = 0; k < words; k++) {
        distance += Long.bitCount(panels[index(row, k)] ^ x[from + k]);
      }
      y[to + row - first] = distance;
    }
  }

  /**
   * Creates what finds the nearest rows.
   *
   * @param most how many, at least 1; at most the rows of W are found
   * @return what finds them, for one thread at a time
   * @throws IllegalArgumentException if {@code most} is below 1
   */
  public NearestRows nearest(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(most + " rows");
    }
    return new NearestRows(this, Math.min(most, rows));
  }

  /** The block that {@link NearestRows} takes at a time. */
  int searchBlock() {
    return Math.min(blockRows(), rows);
  }

  void search(long[] query, int from, int first, int end, int[] distances) {
    distances(query, from, first, end, distances, 0);
  }

  void requireQuery(long[] query, int from) {
    requireQueries(query, from, 1);
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "BinaryProduct " + rows + "x" + columns;
  }
}
