// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.pass;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Pooling;

/**
 * Pooling of output rows of a whole map, {@link ChannelsLast}: finds the input rows that are not in
 * the padding. An operation that uses it leaves it {@code scratch.floats(WORK)} and {@code
 * scratch.ints(ROWS)}.
 */
public final class RowPooling {
  /** Index of the floats in which a row is made of several before a pooling goes along it. */
  public static final int WORK = 1;

  /** Index of the ints that hold where the rows begin. */
  public static final int ROWS = 1;

  private final Pooling kernel;
  private final Shape in;
  private final Window window;
  private final Pooling.Columns columns;
  private final int channels;
  private final int outWidth;

  /**
   * For one map.
   *
   * @param in shape of the map
   */
  public RowPooling(Pooling kernel, Shape in, Window window) {
    this.kernel = kernel;
    this.in = in;
    this.window = window;
    this.columns = columns(window);
    this.outWidth = window.outputWidth(in.width());
    this.channels = ChannelsLast.paddedChannels(in.channels());
  }

  /** Horizontal extents of a window. */
  public static Pooling.Columns columns(Window window) {
    return new Pooling.Columns(
        window.kernelWidth(), window.strideWidth(), window.padLeft(), window.dilationWidth());
  }

  /**
   * Adds what a pooling needs of a thread's memory.
   *
   * @param rowFloats floats of an input row
   * @param windowRows rows of the window
   */
  public static void scratch(Scratch.Need need, int rowFloats, int windowRows) {
    need.floats(WORK, rowFloats);
    need.ints(ROWS, windowRows);
  }

  /** Maximum for output row {@code y}; the result may lie in another array of the scratch. */
  public void max(float[] values, int y, Scratch scratch, float[] out, int outOffset) {
    int[] rows = scratch.ints(ROWS);
    kernel.max(
        values,
        rows,
        findRows(y, rows),
        in.width(),
        channels,
        columns,
        scratch.floats(WORK),
        out,
        outOffset,
        outWidth);
  }

  /**
   * Sum over the taps outside the padding, divided; the other parameters are those of {@link #max}.
   */
  public void average(
      float[] values, int y, float divisor, Scratch scratch, float[] out, int outOffset) {
    int[] rows = scratch.ints(ROWS);
    kernel.average(
        values,
        rows,
        findRows(y, rows),
        in.width(),
        channels,
        columns,
        divisor,
        out,
        outOffset,
        outWidth);
  }

  private int findRows(int y, int[] rows) {
    return findRows(window, in.height(), y, 0, in.width() * channels, rows);
  }

  /**
   * Finds the input rows that an output row reaches and that are not in the padding.
   *
   * @param window the window
   * @param height rows of the input
   * @param y output row
   * @param first index of the input's first row
   * @param rowFloats distance between rows
   * @param rows receives the index of each row
   * @return how many there are
   */
  public static int findRows(
      Window window, int height, int y, int first, int rowFloats, int[] rows) {
    int found = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = y * window.strideHeight() - window.padTop() + ky * window.dilationHeight();
      if (row >= 0 && row < height) {
        rows[found++] = first + row * rowFloats;
      }
    }
    return found;
  }
}
