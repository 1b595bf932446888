// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Turns rows of one channel into bits, {@link org.setun.kernels.layout.Planar}, by the rule of
 * {@link org.setun.kernels.Thresholds}.
 */
public interface PlanarTernarizer {
  /**
   * Ternarizes rows. Word {@code w} of row {@code r} holds columns {@code 64 w … 64 w + 63}, the
   * lowest column's bit lowest, 0 past the last column: that of +1 goes to {@code bits[2 * (r *
   * words + w)]}, that of nonzero trits right after it, {@code words = ceil(width / 64)}.
   *
   * @param values the values; whole vectors are read, up to 15 columns past the last one
   * @param from index of the first row's first value
   * @param pitch distance between rows
   * @param rows how many rows
   * @param width columns of a row
   * @param low lower bound
   * @param high upper bound
   * @param negated whether values change their sign before they are compared
   * @param bits receives the words
   */
  void bits(
      float[] values,
      int from,
      int pitch,
      int rows,
      int width,
      float low,
      float high,
      boolean negated,
      long[] bits);
}
