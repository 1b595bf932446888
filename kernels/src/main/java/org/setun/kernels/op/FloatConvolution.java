package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/**
 * Micro-kernel of the fp32 convolution: a register tile of {@link #pixels} neighbouring output
 * pixels × {@link #channels} output channels, without im2col.
 *
 * <p>The value of pixel {@code j} for tap {@code k} is {@code in[inOffset + tapOffsets[k] + j *
 * pixelStride]}. Where pixels lie in planes, the input is split by column phase (column modulo
 * stride), so that the values that neighbouring output pixels read for one tap are neighbours in
 * memory whatever the stride, and {@code pixelStride} is 1. Weights are panels of {@code P =
 * channels()}: {@code w[wOffset + k * P + c]}.
 *
 * <p>Every result is {@code fma(in, w, …)} over the taps in ascending order, starting from the
 * bias: all implementations agree to the bit.
 */
public interface FloatConvolution {
  /** Operation, tile and width. */
  String name();

  /** Pixels in a tile. */
  int pixels();

  /** Output channels in a tile, a divisor of {@link ChannelsLast#CHANNEL_BLOCK}. */
  int channels();

  /**
   * Computes one tile.
   *
   * @param in input
   * @param inOffset index that the tap offsets are relative to
   * @param pixelStride distance between the values of neighbouring pixels in {@code in}
   * @param tapOffsets offset of every tap, its input channel included
   * @param w packed weights
   * @param wOffset start of the channel panel in {@code w}
   * @param bias one per output channel
   * @param biasOffset the panel's first output channel
   * @param out receives {@code out[outOffset + j * stride + c]}
   * @param outOffset index of the tile's first result
   * @param stride distance between neighbouring pixels' results
   */
  void tile(
      float[] in,
      int inOffset,
      int pixelStride,
      int[] tapOffsets,
      float[] w,
      int wOffset,
      float[] bias,
      int biasOffset,
      float[] out,
      int outOffset,
      int stride);
}
