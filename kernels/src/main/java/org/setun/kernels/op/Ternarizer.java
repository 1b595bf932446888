// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/**
 * Turns fp32 activations into trits and packs them, by the rule of {@link
 * org.setun.kernels.Thresholds}.
 */
public interface Ternarizer {
  /**
   * Packs consecutive pixels. Word {@code i} of pixel {@code p} holds the trits of channels {@code
   * 64 i … 64 i + 63}: the nonzero plane's word goes to {@code packed[packedOffset +
   * columnOffsets[column + p] + i * wordStride]}, the sign plane's right after it.
   *
   * @param values activations, {@code channels} values a pixel
   * @param offset index of the first pixel's first value
   * @param pixels number of pixels
   * @param channels padded channels per pixel, see {@link ChannelsLast#CHANNEL_BLOCK}
   * @param first first channel to pack, a multiple of {@link ChannelsLast#CHANNEL_BLOCK}
   * @param end one past the last channel to pack, a multiple of {@link ChannelsLast#CHANNEL_BLOCK}
   * @param low lower bound per channel; -∞ for padding channels
   * @param high upper bound per channel; +∞ for padding channels
   * @param flip the factor that the value is multiplied with before it is compared, per channel: -1
   *     where the order is reversed, else 1
   * @param packed receives the words
   * @param packedOffset index that the offsets are relative to
   * @param columnOffsets offset of every column
   * @param column column of the first pixel
   * @param wordStride distance between a pixel's words
   */
  void pack(
      float[] values,
      int offset,
      int pixels,
      int channels,
      int first,
      int end,
      float[] low,
      float[] high,
      float[] flip,
      long[] packed,
      int packedOffset,
      int[] columnOffsets,
      int column,
      int wordStride);
}
