// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import org.setun.kernels.Thresholds;
import org.setun.kernels.layout.ChannelsLast;

/**
 * Thresholds as {@link org.setun.kernels.op.Ternarizer} takes them, for {@link ChannelsLast}
 * values; padding channels always get the trit 0.
 *
 * @param low lower bound per channel
 * @param high upper bound per channel
 * @param flip the factor before the comparison per channel, 1 or -1
 */
public record PaddedThresholds(float[] low, float[] high, float[] flip) {
  /** Pads. */
  public static PaddedThresholds of(Thresholds thresholds) {
    float[] low = ChannelsLast.padded(thresholds.low(), Float.NEGATIVE_INFINITY);
    float[] high = ChannelsLast.padded(thresholds.high(), Float.POSITIVE_INFINITY);
    float[] flip = new float[low.length];
    for (int c = 0; c < flip.length; c++) {
      flip[c] = c < thresholds.channels() && thresholds.negated()[c] ? -1 : 1;
    }
    return new PaddedThresholds(low, high, flip);
  }
}
