package org.setun.kernels.op;

/**
 * The pass after a matrix product, over a run of pixels that is still in the first-level cache.
 * Channels are padded, see {@link Layout#CHANNEL_BLOCK}, and so are the parameter arrays; padding
 * channels are computed like any other.
 */
public interface Epilogue {
  /**
   * Turns exact integer results into fp32 values: {@code y = fma(count, scale, shift)}, then {@code
   * y += shortcut}, then {@code y = y < 0 ? y * slope : y}; each of the last two only where its
   * array is given.
   *
   * @param counts integer results
   * @param countsOffset index of the first pixel's first result; pixels lie {@code channels} apart
   * @param pixels number of pixels
   * @param channels padded channels per pixel
   * @param first first channel to compute, a multiple of {@link Layout#CHANNEL_BLOCK}
   * @param end one behind the last channel to compute, a multiple of {@link Layout#CHANNEL_BLOCK}
   * @param scale multiplier per channel
   * @param shift addend per channel
   * @param shortcut values to add, or {@code null}; may be {@code out} itself if the offsets and
   *     strides agree
   * @param shortcutOffset index of the first pixel's first value in {@code shortcut}
   * @param shortcutChannels padded channels per pixel of the shortcut, at most {@code channels};
   *     channels behind them get nothing added
   * @param slope PReLU's factor per channel, or {@code null}
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
      float[] scale,
      float[] shift,
      float[] shortcut,
      int shortcutOffset,
      int shortcutChannels,
      float[] slope,
      float[] out,
      int outOffset);

  /**
   * Like {@link #fromCounts}, from two results a channel: {@code y = fma(minus, minusScale,
   * fma(plus, plusScale, shift))}, where {@code plus} counts the products with weights of +1 and
   * {@code minus}, in which their sign is already, those with weights of -1.
   *
   * @param counts integer results; those with weights of -1 lie {@code channels} behind the others
   * @param countsOffset index of the first pixel's first result; pixels lie {@code 2 * channels}
   *     apart
   * @param pixels number of pixels
   * @param channels padded channels per pixel
   * @param first first channel to compute, a multiple of {@link Layout#CHANNEL_BLOCK}
   * @param end one behind the last channel to compute, a multiple of {@link Layout#CHANNEL_BLOCK}
   * @param plusScale multiplier of {@code plus} per channel
   * @param minusScale multiplier of {@code minus} per channel
   * @param shift addend per channel
   * @param shortcut values to add, or {@code null}; may be {@code out} itself if the offsets and
   *     strides agree
   * @param shortcutOffset index of the first pixel's first value in {@code shortcut}
   * @param shortcutChannels padded channels per pixel of the shortcut, at most {@code channels};
   *     channels behind them get nothing added
   * @param slope PReLU's factor per channel, or {@code null}
   * @param out receives the values
   * @param outOffset index of the first pixel's first value in {@code out}
   */
  void fromCountPairs(
      int[] counts,
      int countsOffset,
      int pixels,
      int channels,
      int first,
      int end,
      float[] plusScale,
      float[] minusScale,
      float[] shift,
      float[] shortcut,
      int shortcutOffset,
      int shortcutChannels,
      float[] slope,
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
   * @param scale multiplier per channel, or {@code null} with {@code shift}
   * @param shift addend per channel, or {@code null}
   * @param slope PReLU's factor per channel, or {@code null}
   */
  void inPlace(
      float[] values,
      int offset,
      int pixels,
      int channels,
      float[] scale,
      float[] shift,
      float[] slope);
}
