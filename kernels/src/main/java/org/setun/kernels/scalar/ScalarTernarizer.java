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
      float[] low,
      float[] high,
      float[] flip,
      long[] packed,
      int packedOffset) {
    int from = offset;
    int to = packedOffset;
    for (int p = 0; p < pixels; p++) {
      for (int base = 0; base < channels; base += Long.SIZE, to += 2) {
        long nonzero = 0;
        long sign = 0;
        for (int bit = 0; bit < Long.SIZE; bit++, from++) {
          int c = base + bit;
          float v = values[from] * flip[c];
          if (v < low[c]) {
            nonzero |= 1L << bit;
            sign |= 1L << bit;
          } else if (!(v < high[c])) {
            nonzero |= 1L << bit;
          }
        }
        packed[to] = nonzero;
        packed[to + 1] = sign;
      }
    }
  }
}
