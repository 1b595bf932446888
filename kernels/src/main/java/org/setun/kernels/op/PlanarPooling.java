// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/** Max pooling of one channel's rows, {@link org.setun.kernels.layout.Planar}. */
public interface PlanarPooling {
  /**
   * One output row; NaN wins over any number. Columns in the padding are skipped.
   *
   * @param in input values; whole vectors are read, up to 15 columns past the last one
   * @param rows index of the first value of every input row in reach; rows in the padding are left
   *     out
   * @param rowCount how many entries of {@code rows} are in use, at least 1
   * @param width columns of an input row
   * @param window horizontal extents of the window
   * @param work working memory, {@link #workFloats}
   * @param out receives the row
   * @param to index of its first value
   * @param outWidth columns to produce
   */
  void max(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      Pooling.Columns window,
      float[] work,
      float[] out,
      int to,
      int outWidth);

  /**
   * Floats of working memory.
   *
   * @param width columns of an input row
   * @param window horizontal extents of the window
   * @param outWidth columns to produce
   */
  static int workFloats(int width, Pooling.Columns window, int outWidth) {
    return 2 * span(width, window, outWidth);
  }

  /** Columns of an input row with its padding, and whole vectors behind it. */
  static int span(int width, Pooling.Columns window, int outWidth) {
    int reach = (outWidth - 1) * window.stride() + window.dilation() * (window.taps() - 1) + 1;
    return Math.ceilDiv(Math.max(window.padLeft() + width, reach), 32) * 32 + 64;
  }
}
