// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/**
 * What turns the counts of a convolution into values, channel by channel. Arrays are padded, see
 * {@link ChannelsLast#CHANNEL_BLOCK}.
 *
 * @param scale multiplier; of the products with weights of +1 alone where {@code minusScale} is
 *     given
 * @param minusScale multiplier of the products with weights of -1, or {@code null}: they share
 *     {@code scale} and are counted together
 * @param shift addend
 * @param slope PReLU's factor, or {@code null}
 */
public record ChannelParameters(float[] scale, float[] minusScale, float[] shift, float[] slope) {
  /** {@return how many counts a channel has} */
  public int counts() {
    return minusScale == null ? 1 : 2;
  }
}
