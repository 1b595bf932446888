// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Sums of trits, each times an integer, in bit-sliced counters; a lane is an output. The trits of
 * one column are two planes: where t = +1, and right after it where t = 0 (see {@link
 * BitSlicedSum}, whose sums these are). Columns are listed by the digit that they are multiplied
 * with, and digits by falling magnitude: a counter that takes one list after the other, and is
 * added to the totals after each, adds {@code Σ d · t} without a multiplication.
 *
 * <p>Those of a negative digit need no planes of their own: the complement of a counter is its
 * negative minus 1, so the list is added to the complement, and the next one to the complement of
 * that.
 */
public interface DigitSum {
  /** Entries that are added in one step: the length of a list is a multiple of it. */
  int GROUP = BitSlicedSum.GROUP;

  /** Entries that one call may add. */
  int LONGEST = BitSlicedSum.LONGEST;

  /** Lanes of a vector. */
  int lanes();

  /** Bytes of a plane. */
  default int bytes() {
    return lanes() / Byte.SIZE;
  }

  /**
   * Complements counters, or not, and adds t + 1 of each entry.
   *
   * @param table entries of two planes
   * @param base what offsets are relative to; an aligned table takes 1.25 ns an entry from the
   *     second-level cache, any other 2.0 (512 bits)
   * @param offsets for each entry where its plane of twos begins
   * @param from first entry
   * @param end end entry, exclusive; {@code end - from} is a multiple of {@link #GROUP} and at most
   *     {@link #LONGEST}, or 0
   * @param counters planes of counters, lowest first, one right after the other
   * @param at index of the lowest plane
   * @param planes planes of a counter, at least 10
   * @param complement whether all planes are complemented first
   */
  void add(
      byte[] table,
      int base,
      int[] offsets,
      int from,
      int end,
      byte[] counters,
      int at,
      int planes,
      boolean complement);

  /**
   * Adds counters to totals.
   *
   * @param counters planes of counters, lowest first
   * @param at index of the lowest plane
   * @param planes planes of a counter
   * @param totals planes of totals
   * @param to index of the plane that the lowest one is added to
   * @param totalPlanes planes of a total from there on, at least {@code planes}
   */
  void accumulate(byte[] counters, int at, int planes, byte[] totals, int to, int totalPlanes);
}
