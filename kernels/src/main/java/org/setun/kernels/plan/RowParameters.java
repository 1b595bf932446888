// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import org.setun.kernels.layout.ChannelsLast;

/**
 * What follows the products of an fp32 convolution, for each channel, padded to whole blocks.
 *
 * @param bias where sums start
 * @param scale of the multiply-add behind it, or {@code null} with {@code shift}
 * @param shift of the multiply-add, or {@code null}
 * @param slope of the PReLU behind it, or {@code null}
 */
record RowParameters(float[] bias, float[] scale, float[] shift, float[] slope) {
  /** Pads them. */
  static RowParameters padded(float[] bias, float[] scale, float[] shift, float[] slope) {
    return new RowParameters(padded(bias), padded(scale), padded(shift), padded(slope));
  }

  private static float[] padded(float[] perChannel) {
    return perChannel == null ? null : ChannelsLast.padded(perChannel, 0);
  }
}
