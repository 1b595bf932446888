// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/**
 * Pooling of one output row. Input rows are found through a table, so that they may lie in a ring;
 * rows in the padding are left out of it. Columns in the padding are skipped. Taps are visited row
 * by row from the left, so that all implementations agree to the bit.
 */
public interface Pooling {
  /**
   * Maximum; NaN wins over any number.
   *
   * @param in input values
   * @param rows index in {@code in} of the first pixel of every input row in reach
   * @param rowCount how many entries of {@code rows} are in use, at least 1
   * @param width pixels in an input row
   * @param channels padded channels per pixel, see {@link ChannelsLast#CHANNEL_BLOCK}
   * @param window horizontal extents of the window
   * @param work working memory, {@code width * channels} floats
   * @param out receives the values
   * @param outOffset index of the row's first value
   * @param outWidth pixels to produce
   */
  void max(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      int channels,
      Columns window,
      float[] work,
      float[] out,
      int outOffset,
      int outWidth);

  /**
   * Mean: the sum over the taps outside the padding, starting from 0, divided by {@code divisor}.
   * The other parameters are those of {@link #max}.
   */
  void average(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      int channels,
      Columns window,
      float divisor,
      float[] out,
      int outOffset,
      int outWidth);

  /**
   * Horizontal extents of a pooling window.
   *
   * @param taps taps in a row
   * @param stride step between output pixels
   * @param padLeft pixels of padding on the left
   * @param dilation distance between taps
   */
  record Columns(int taps, int stride, int padLeft, int dilation) {}
}
