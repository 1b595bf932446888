// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import java.util.Locale;

/**
 * Which elements of a matrix share a scale.
 *
 * @since 0.1
 */
public enum ScalePer {
  /** All of them. */
  TENSOR,
  /** Those of a row: of one output. */
  ROW,
  /** Those of a row and a block of {@value ScaledMatrix#BLOCK} columns. */
  BLOCK;

  /**
   * The name in files and in what is printed.
   *
   * @return {@code tensor}, {@code row} or {@code block}
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many scales a matrix of these extents has. */
  long count(int rows, int columns) {
    return switch (this) {
      case TENSOR -> 1;
      case ROW -> rows;
      case BLOCK -> (long) rows * blocks(columns);
    };
  }

  /** Blocks in a row; the last may be cut. */
  static int blocks(int columns) {
    return Math.ceilDiv(columns, ScaledMatrix.BLOCK);
  }
}
