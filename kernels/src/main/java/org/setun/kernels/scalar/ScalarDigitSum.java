// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.DigitSum;

/** Byte by byte, each entry carried through all planes. */
public final class ScalarDigitSum implements DigitSum {
  private final int lanes;

  /** For vectors of {@code lanes} lanes, a multiple of 8. */
  public ScalarDigitSum(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void add(
      byte[] table,
      int base,
      int[] offsets,
      int from,
      int end,
      byte[] counters,
      int at,
      int planes,
      boolean complement) {
    if (complement) {
      for (int i = at; i < at + planes * bytes(); i++) {
        counters[i] = (byte) ~counters[i];
      }
    }
    for (int i = from; i < end; i++) {
      ScalarBitSlicedSum.add(
          table, base + offsets[i], base + offsets[i] + bytes(), bytes(), counters, at, planes);
    }
  }

  @Override
  public void accumulate(
      byte[] counters, int at, int planes, byte[] totals, int to, int totalPlanes) {
    for (int b = 0; b < bytes(); b++) {
      int carry = 0;
      for (int p = 0; p < totalPlanes; p++) {
        int counter = p < planes ? counters[at + p * bytes() + b] : 0;
        int index = to + p * bytes() + b;
        int total = totals[index];
        totals[index] = (byte) (counter ^ total ^ carry);
        carry = (counter ^ total) & carry | counter & total;
      }
    }
  }
}
