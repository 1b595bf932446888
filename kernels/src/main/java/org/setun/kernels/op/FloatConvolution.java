// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/**
 * Micro-kernel of the fp32 convolution: a register tile of {@link #pixels} neighbouring output
 * pixels × {@link #channels} output channels, without im2col.
 *
 * <p>Taps come in runs that lie one after the other: the value of pixel {@code j} for tap {@code k
 * * run + r} is {@code in[inOffset + tapOffsets[k] + r + j * pixelStride]}. Where pixels are blocks
 * of channels, a run is their channels. Where they lie in planes, the input is split by column
 * phase (column modulo stride), so that the values that neighbouring output pixels read for one tap
 * are neighbours whatever the stride: {@code run} and {@code pixelStride} are 1. Weights are panels
 * of {@code P = channels()}: {@code w[wOffset + tap * P + c]}.
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
   * @param tapOffsets offset of every run of taps
   * @param run taps of a run
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
      int run,
      float[] w,
      int wOffset,
      float[] bias,
      int biasOffset,
      float[] out,
      int outOffset,
      int stride);
}
