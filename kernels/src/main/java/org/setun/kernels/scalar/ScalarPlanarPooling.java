// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.PlanarPooling;
import org.setun.kernels.op.Pooling;

/** Tap by tap. */
public final class ScalarPlanarPooling implements PlanarPooling {
  @Override
  public void max(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      Pooling.Columns window,
      float[] work,
      float[] out,
      int to,
      int outWidth) {
    for (int x = 0; x < outWidth; x++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int tap = 0; tap < window.taps(); tap++) {
        int column = x * window.stride() - window.padLeft() + tap * window.dilation();
        if (column >= 0 && column < width) {
          for (int row = 0; row < rowCount; row++) {
            max = Math.max(max, in[rows[row] + column]);
          }
        }
      }
      out[to + x] = max;
    }
  }
}
