// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Bits in which a query differs from rows of bits. Rows lie in panels of {@link #rows}: word {@code
 * k} of row {@code j} of a panel is {@code panels[(k * rows() + j)]} from where the panel begins.
 */
public interface HammingDistance {
  /** Rows in a panel. */
  int rows();

  /**
   * Compares a query with the rows of panels.
   *
   * @param panels packed rows
   * @param from index of the first panel
   * @param count how many panels, one right after the other
   * @param words words of a row, at least 1
   * @param query the query
   * @param at index of its first word
   * @param out receives a distance for each row
   * @param to index of the first
   */
  void distances(
      long[] panels, int from, int count, int words, long[] query, int at, int[] out, int to);
}
