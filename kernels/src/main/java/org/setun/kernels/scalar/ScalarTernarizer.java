// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.Ternarizer;

/** Bit by bit. */
public final class ScalarTernarizer implements Ternarizer {
  @Override
  public void pack(
      float[] values,
      int offset,
      int pixels,
      int channels,
      int first,
      int end,
      float[] low,
      float[] high,
      float[] flip,
      long[] packed,
      int packedOffset,
      int[] columnOffsets,
      int column,
      int wordStride) {
    for (int p = 0; p < pixels; p++) {
      int to = packedOffset + columnOffsets[column + p];
      for (int base = first; base < end; base += Long.SIZE) {
        long nonzero = 0;
        long sign = 0;
        for (int bit = 0; bit < Long.SIZE; bit++) {
          int c = base + bit;
          float v = values[offset + p * channels + c] * flip[c];
          if (v < low[c]) {
            nonzero |= 1L << bit;
            sign |= 1L << bit;
          } else if (!(v < high[c])) {
            nonzero |= 1L << bit;
          }
        }
        int word = base / Long.SIZE;
        packed[to + word * wordStride] = nonzero;
        packed[to + word * wordStride + 1] = sign;
      }
    }
  }
}
