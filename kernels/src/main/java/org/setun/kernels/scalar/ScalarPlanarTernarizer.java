// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.PlanarTernarizer;

/** Bit by bit. */
public final class ScalarPlanarTernarizer implements PlanarTernarizer {
  @Override
  public void bits(
      float[] values,
      int from,
      int pitch,
      int rows,
      int width,
      float low,
      float high,
      boolean negated,
      long[] bits) {
    int words = Math.ceilDiv(width, Long.SIZE);
    for (int r = 0; r < rows; r++) {
      for (int w = 0; w < words; w++) {
        long plus = 0;
        long nonzero = 0;
        for (int x = w * Long.SIZE; x < Math.min(width, (w + 1) * Long.SIZE); x++) {
          float value = values[from + r * pitch + x];
          float v = negated ? -value : value;
          if (v < low) {
            nonzero |= 1L << x;
          } else if (!(v < high)) {
            nonzero |= 1L << x;
            plus |= 1L << x;
          }
        }
        bits[2 * (r * words + w)] = plus;
        bits[2 * (r * words + w) + 1] = nonzero;
      }
    }
  }
}
