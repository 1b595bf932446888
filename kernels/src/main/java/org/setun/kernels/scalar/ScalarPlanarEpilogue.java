// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.PlanarEpilogue;

/** Value by value. */
public final class ScalarPlanarEpilogue implements PlanarEpilogue {
  @Override
  public void fromCounts(
      int[] counts,
      int from,
      int minus,
      int countPitch,
      int rows,
      int width,
      float[] parameters,
      int channel,
      float[] shortcut,
      int shortcutFrom,
      int shortcutPitch,
      float[] out,
      int to,
      int pitch) {
    int first = channel * PARAMETERS * COPIES;
    float scale = parameters[first];
    float minusScale = parameters[first + COPIES];
    float shift = parameters[first + 2 * COPIES];
    float slope = parameters[first + 3 * COPIES];
    for (int r = 0; r < rows; r++) {
      for (int x = 0; x < width; x++) {
        int count = from + r * countPitch + x;
        float y = Math.fma((float) counts[count], scale, shift);
        if (minus != 0) {
          y = Math.fma((float) counts[count + minus], minusScale, y);
        }
        if (shortcut != null) {
          y += shortcut[shortcutFrom + r * shortcutPitch + x];
        }
        out[to + r * pitch + x] = y < 0 ? y * slope : y;
      }
    }
  }
}
