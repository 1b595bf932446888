// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import java.util.Arrays;
import java.util.Objects;
import org.setun.kernels.TernaryMatrix;

/**
 * A ternary matrix and its fp32 scales: each element is a trit times the scale of the matrix, of
 * its row, or of its block of {@value #BLOCK} columns. Rows are outputs and columns inputs, as in
 * the weights of a linear layer. Immutable; threads share it.
 *
 * @since 0.1
 */
public final class ScaledMatrix {
  /** Columns that share a scale in a matrix of {@link ScalePer#BLOCK}; the block size of ggml. */
  public static final int BLOCK = 256;

  private final TernaryMatrix trits;
  private final ScalePer scalePer;
  private final float[] scales;

  private ScaledMatrix(TernaryMatrix trits, ScalePer scalePer, float[] scales) {
    this.trits = trits;
    this.scalePer = scalePer;
    this.scales = scales;
  }

  /**
   * Joins trits and scales.
   *
   * @param trits the trits, shared
   * @param scalePer which elements share a scale
   * @param scales the scales in the order of the rows, in a row in the order of the blocks; copied
   * @return the matrix
   * @throws IllegalArgumentException if there are not as many scales as the extents need, or one is
   *     not finite
   */
  public static ScaledMatrix of(TernaryMatrix trits, ScalePer scalePer, float... scales) {
    Objects.requireNonNull(trits, "trits");
    Objects.requireNonNull(scalePer, "scalePer");
    Objects.requireNonNull(scales, "scales");
    long count = scalePer.count(trits.rows(), trits.columns());
    if (scales.length != count) {
      throw new IllegalArgumentException(
          scales.length
              + " scales given, "
              + trits.rows()
              + "x"
              + trits.columns()
              + " with one per "
              + scalePer.label()
              + " needs "
              + count);
    }
    for (int i = 0; i < scales.length; i++) {
      if (!Float.isFinite(scales[i])) {
        throw new IllegalArgumentException("scale " + i + " is " + scales[i] + ", not finite");
      }
    }
    return new ScaledMatrix(trits, scalePer, scales.clone());
  }

  /** {@return the trits} */
  public TernaryMatrix trits() {
    return trits;
  }

  /** {@return which elements share a scale} */
  public ScalePer scalePer() {
    return scalePer;
  }

  /** {@return a copy of the scales, in the order of the rows, in a row in that of the blocks} */
  public float[] scales() {
    return scales.clone();
  }

  /** {@return the rows} */
  public int rows() {
    return trits.rows();
  }

  /** {@return the columns} */
  public int columns() {
    return trits.columns();
  }

  /**
   * The scale of one element.
   *
   * @param row its row
   * @param column its column
   * @return the scale
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public float scale(int row, int column) {
    Objects.checkIndex(row, rows());
    Objects.checkIndex(column, columns());
    return switch (scalePer) {
      case TENSOR -> scales[0];
      case ROW -> scales[row];
      case BLOCK -> scales[row * ScalePer.blocks(columns()) + column / BLOCK];
    };
  }

  /**
   * Unpacks all elements.
   *
   * @return trit times scale, row after row; a trit of 0 gives +0
   * @throws ArithmeticException if an array cannot hold them
   */
  public float[] toFloats() {
    float[] values = new float[Math.multiplyExact(rows(), columns())];
    for (int row = 0, i = 0; row < rows(); row++) {
      for (int column = 0; column < columns(); column++, i++) {
        int trit = trits.get(row, column);
        values[i] = trit == 0 ? 0 : trit * scale(row, column);
      }
    }
    return values;
  }

  /** Equal trits, and scales of the same extent that are equal to the bit. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ScaledMatrix matrix
        && scalePer == matrix.scalePer
        && Arrays.equals(scales, matrix.scales)
        && trits.equals(matrix.trits);
  }

  @Override
  public int hashCode() {
    return Objects.hash(trits, scalePer, Arrays.hashCode(scales));
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "ScaledMatrix " + rows() + "x" + columns() + ", a scale per " + scalePer.label();
  }
}
