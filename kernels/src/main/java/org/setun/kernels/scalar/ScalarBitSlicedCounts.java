// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.BitSlicedCounts;

/** Bit by bit. */
public class ScalarBitSlicedCounts implements BitSlicedCounts {
  private final int lanes;

  /** For vectors of {@code lanes} lanes, a multiple of 8. */
  public ScalarBitSlicedCounts(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public void inOrder(
      byte[] counters, int at, int planes, int bias, byte[] work, int[] out, int to) {
    for (int lane = 0; lane < lanes; lane++) {
      out[to + lane] = count(counters, at, planes, lane) - bias;
    }
  }

  @Override
  public void interleaved(
      byte[] counters, int at, int planes, int bias, byte[] work, int[] out, int to) {
    for (int i = 0; i < lanes; i++) {
      int lane = BitSlicedCounts.interleavedLane(i, lanes);
      out[to + i] = count(counters, at, planes, lane) - bias;
    }
  }

  private int count(byte[] counters, int at, int planes, int lane) {
    int count = 0;
    for (int p = 0; p < planes; p++) {
      int plane = counters[at + (p * lanes + lane) / Byte.SIZE];
      count |= (plane >> lane % Byte.SIZE & 1) << p;
    }
    return count;
  }
}
