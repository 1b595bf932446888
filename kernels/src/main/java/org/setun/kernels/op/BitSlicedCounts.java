// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/** Turns the counters of {@link BitSlicedSum} into integers. */
public interface BitSlicedCounts {
  /** Entries that a counter of {@link #planes} planes can add up. */
  int MOST_ENTRIES = (1 << 15) - 1;

  /**
   * Planes of a counter of trits.
   *
   * @param entries how many are added to it, at most {@link #MOST_ENTRIES}
   * @return 12 or 16; those above the highest sum are 0
   */
  static int planes(int entries) {
    return 2 * entries < 1 << 12 ? 12 : 16;
  }

  /** Bytes of working memory for a vector of {@code lanes} lanes and at most 24 planes. */
  static int workBytes(int lanes) {
    return 3 * lanes;
  }

  /**
   * Lane {@code i} becomes {@code out[to + i]}.
   *
   * @param counters planes, lowest first, one right after the other
   * @param at index of the lowest plane
   * @param planes how many there are: 12 or 16, see {@link #planes}
   * @param bias what is subtracted from each sum
   * @param work working memory, {@link #workBytes} bytes
   * @param out receives one integer a lane
   * @param to index of the first
   */
  void inOrder(byte[] counters, int at, int planes, int bias, byte[] work, int[] out, int to);

  /**
   * Lane {@code 8 j + i} becomes {@code out[to + lanes / 8 * i + j]}: what is left where the bytes
   * are not transposed again. The parameters are those of {@link #inOrder}, but there may be 24
   * planes too.
   */
  void interleaved(byte[] counters, int at, int planes, int bias, byte[] work, int[] out, int to);

  /**
   * The lane of {@link #interleaved} that becomes element {@code index}.
   *
   * @param index element, below {@code lanes}
   * @param lanes lanes of a vector
   */
  static int interleavedLane(int index, int lanes) {
    int bytes = lanes / Byte.SIZE;
    return index % bytes * Byte.SIZE + index / bytes;
  }
}
