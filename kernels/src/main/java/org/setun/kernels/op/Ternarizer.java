package org.setun.kernels.op;

/**
 * Turns fp32 activations into trits and packs them, by the rule of {@link
 * org.setun.kernels.Thresholds}.
 */
public interface Ternarizer {
  /**
   * Packs consecutive pixels.
   *
   * @param values activations, {@code channels} values a pixel
   * @param offset index of the first pixel's first value
   * @param pixels number of pixels
   * @param channels padded channels per pixel, see {@link Layout#CHANNEL_BLOCK}
   * @param low lower bound per channel; -∞ for padding channels
   * @param high upper bound per channel; +∞ for padding channels
   * @param flip the factor that the value is multiplied with before it is compared, per channel: -1
   *     where the order is reversed, else 1
   * @param packed receives, for every word of 64 channels, the nonzero plane's word and then the
   *     sign plane's; pixels lie {@code channels / 32} words apart
   * @param packedOffset index of the first pixel's first word
   */
  void pack(
      float[] values,
      int offset,
      int pixels,
      int channels,
      float[] low,
      float[] high,
      float[] flip,
      long[] packed,
      int packedOffset);
}
