// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/**
 * The pass after a matrix product, over a run of pixels that is still in the first-level cache.
 * Channels are padded, see {@link ChannelsLast#CHANNEL_BLOCK}, and so are the parameter arrays;
 * padding channels are computed like any other.
 */
public interface Epilogue {
  /**
   * Turns exact integer results into fp32 values: {@code y = fma(count, scale, shift)}, or where
   * weights of +1 and of -1 are counted apart {@code y = fma(minus, minusScale, fma(plus, scale,
   * shift))}; then {@code y += shortcut}, then {@code y = y < 0 ? y * slope : y}; each of the last
   * two only where its array is given.
   *
   * @param counts integer results; where there are two a channel, those of weights of -1, in which
   *     their sign is already, lie {@code channels} behind the others
   * @param countsOffset index of the first pixel's first result; pixels lie {@code channels} times
   *     {@link ChannelParameters#counts} apart
   * @param pixels number of pixels
   * @param channels padded channels per pixel
   * @param first first channel to compute, a multiple of {@link ChannelsLast#CHANNEL_BLOCK}
   * @param end one past the last channel to compute, a multiple of {@link
   *     ChannelsLast#CHANNEL_BLOCK}
   * @param parameters of each channel
   * @param shortcut values to add, or {@code null}; may be {@code out} itself if the offsets and
   *     strides agree
   * @param shortcutOffset index of the first pixel's first value in {@code shortcut}
   * @param shortcutChannels padded channels per pixel of the shortcut, at most {@code channels};
   *     channels behind them get nothing added
   * @param out receives the values
   * @param outOffset index of the first pixel's first value in {@code out}
   */
  void fromCounts(
      int[] counts,
      int countsOffset,
      int pixels,
      int channels,
      int first,
      int end,
      ChannelParameters parameters,
      float[] shortcut,
      int shortcutOffset,
      int shortcutChannels,
      float[] out,
      int outOffset);

  /**
   * Changes fp32 values in place: {@code y = fma(y, scale, shift)}, then {@code y = y < 0 ? y *
   * slope : y}; each only where its arrays are given.
   *
   * @param values the values
   * @param offset index of the first pixel's first value
   * @param pixels number of pixels, {@code channels} values apart
   * @param channels padded channels per pixel
   * @param first first channel to change, a multiple of {@link ChannelsLast#CHANNEL_BLOCK}
   * @param end one past the last channel to change, a multiple of {@link
   *     ChannelsLast#CHANNEL_BLOCK}
   * @param scale multiplier per channel, or {@code null} with {@code shift}
   * @param shift addend per channel, or {@code null}
   * @param slope PReLU's factor per channel, or {@code null}
   */
  void inPlace(
      float[] values,
      int offset,
      int pixels,
      int channels,
      int first,
      int end,
      float[] scale,
      float[] shift,
      float[] slope);

  /**
   * One row of a plain product, of any length: {@code out = fma(count, factor * scale, shift)}.
   *
   * @param counts exact integers
   * @param from index of the first
   * @param length how many
   * @param factor multiplies the scales
   * @param scale multiplier of each output
   * @param shift addend of each output
   * @param output the first one's index in both
   * @param out receives the values
   * @param to index of the first
   */
  void scale(
      int[] counts,
      int from,
      int length,
      float factor,
      float[] scale,
      float[] shift,
      int output,
      float[] out,
      int to);
}
