package org.setun.kernels.plan;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.op.Layout;
import org.setun.kernels.op.Pooling;

/** Pooling of output rows of a whole map: finds the input rows that are not in the padding. */
final class RowPooling {
  private final Pooling kernel;
  private final Shape in;
  private final Window window;
  private final Pooling.Columns columns;
  private final int channels;
  private final int outWidth;

  RowPooling(Pooling kernel, Shape in, Window window) {
    this.kernel = kernel;
    this.in = in;
    this.window = window;
    this.columns = columns(window);
    this.outWidth = window.outputWidth(in.width());
    this.channels = Layout.paddedChannels(in.channels());
  }

  static Pooling.Columns columns(Window window) {
    return new Pooling.Columns(
        window.kernelWidth(), window.strideWidth(), window.padLeft(), window.dilationWidth());
  }

  /** Maximum for output row {@code y}; the result may lie in {@code scratch.rows}. */
  void max(float[] values, int y, Scratch scratch, float[] out, int outOffset) {
    kernel.max(
        values,
        scratch.rowOffsets,
        findRows(y, scratch.rowOffsets),
        in.width(),
        channels,
        columns,
        scratch.pooling,
        out,
        outOffset,
        outWidth);
  }

  /** Mean, as {@link #max}. */
  void average(float[] values, int y, Scratch scratch, float[] out, int outOffset) {
    kernel.average(
        values,
        scratch.rowOffsets,
        findRows(y, scratch.rowOffsets),
        in.width(),
        channels,
        columns,
        window.taps(),
        out,
        outOffset,
        outWidth);
  }

  private int findRows(int y, int[] rows) {
    int found = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = y * window.strideHeight() - window.padTop() + ky * window.dilationHeight();
      if (row >= 0 && row < in.height()) {
        rows[found++] = row * in.width() * channels;
      }
    }
    return found;
  }
}
