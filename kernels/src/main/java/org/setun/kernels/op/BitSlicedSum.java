// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Sums of trits in bit-sliced counters: bit {@code i} of a plane belongs to lane {@code i}, and
 * plane {@code p} of a counter holds bit {@code p} of every lane's sum. A vector of {@link #lanes}
 * lanes adds one trit each; which operand lies in the lanes is the caller's affair.
 *
 * <p>A trit t is added as t + 1, which is 0, 1 or 2: its plane of ones says where t = 0, its plane
 * of twos where t = +1. They exclude each other, so adding them to the lowest plane of a counter
 * takes three operations instead of the two full adders that any two bits would take. A product
 * with a zero of the other operand is left out, and one with -1 is an entry whose plane of twos
 * says where t = -1.
 *
 * <p>A table holds the entries' planes, a list the offsets of the entries to be added. A neutral
 * entry, t = 0 in all lanes, fills lists up to {@link #GROUP}. The sum of the trits is the counter
 * minus the number of entries, neutral ones included.
 */
public interface BitSlicedSum {
  /** Entries that are added in one step: the length of a list is a multiple of it. */
  int GROUP = 16;

  /** Entries that one call may add. */
  int LONGEST = 240;

  /**
   * Vector operations for each entry; loads are not counted. A step of {@value #GROUP} entries has
   * as many additions to a lowest plane, 15 full adders and a carry through four planes.
   *
   * @param ternaryLogic whether one instruction computes any function of three bits
   */
  static double operations(boolean ternaryLogic) {
    int lowest = ternaryLogic ? 2 : 3;
    int fullAdder = ternaryLogic ? 2 : 5;
    return (GROUP * lowest + 15 * fullAdder + 7) / (double) GROUP;
  }

  /** Operation and width. */
  String name();

  /** Lanes of a vector. */
  int lanes();

  /** Bytes of a plane. */
  default int bytes() {
    return lanes() / Byte.SIZE;
  }

  /**
   * Adds entries to one vector of counters.
   *
   * @param table planes of {@link #bytes} bytes
   * @param ones distance from an entry's plane of twos to its plane of ones, in bytes
   * @param offsets for each entry where its plane of twos begins in {@code table}
   * @param from first entry
   * @param end end entry, exclusive; {@code end - from} is a multiple of {@link #GROUP} and at most
   *     {@link #LONGEST}
   * @param counters planes of counters, lowest first, one right after the other
   * @param at index of the lowest plane
   * @param planes planes of a counter, at least 10
   * @param fresh whether the counters begin at 0; what is in memory is then not read
   */
  void add(
      byte[] table,
      int ones,
      char[] offsets,
      int from,
      int end,
      byte[] counters,
      int at,
      int planes,
      boolean fresh);
}
