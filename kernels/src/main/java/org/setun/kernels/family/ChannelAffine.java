// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Epilogue;

/**
 * The multiply-add behind a convolution, for {@link ChannelsLast} values that were just made. They
 * are in the first-level cache still, where another kernel for all that can come before costs more
 * code than it saves.
 *
 * @param scale multiplier per padded channel, or {@code null} where there is no such layer
 * @param shift addend per padded channel
 */
public record ChannelAffine(float[] scale, float[] shift) {
  /** What follows a pass's convolution. */
  public static ChannelAffine of(ConvolutionPass pass) {
    return pass.after() == null
        ? new ChannelAffine(null, null)
        : new ChannelAffine(
            ChannelsLast.padded(pass.after().scale(), 0),
            ChannelsLast.padded(pass.after().shift(), 0));
  }

  /**
   * Changes a run of pixels.
   *
   * @param epilogue the kernel
   * @param values the values
   * @param offset index of the first pixel's first value
   * @param pixels number of pixels
   * @param channels padded channels per pixel
   * @param first first channel to change
   * @param end one past the last channel to change
   */
  public void apply(
      Epilogue epilogue, float[] values, int offset, int pixels, int channels, int first, int end) {
    if (scale != null) {
      epilogue.inPlace(values, offset, pixels, channels, first, end, scale, shift, null);
    }
  }
}
