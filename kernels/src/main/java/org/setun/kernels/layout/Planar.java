// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.layout;

import org.setun.kernels.Shape;

/** NCHW: {@code [channel][row][column]}, rows {@link #pitch} floats apart. */
public final class Planar implements Layout {
  /** The layout; it has no state. */
  public static final Planar LAYOUT = new Planar();

  /**
   * Rows are padded to a multiple of this many floats: a whole number of vectors of any width up to
   * 512 bits, so that no loop over a row has a tail.
   */
  public static final int ROW_BLOCK = 16;

  private Planar() {}

  /** Floats from one row to the next: {@code width} rounded up to {@link #ROW_BLOCK}. */
  public static int pitch(int width) {
    return Math.multiplyExact(Math.ceilDiv(width, ROW_BLOCK), ROW_BLOCK);
  }

  /** Floats from one channel to the next. */
  public static int plane(Shape shape) {
    return Math.multiplyExact(shape.height(), pitch(shape.width()));
  }

  @Override
  public String name() {
    return "planar";
  }

  @Override
  public int floats(Shape shape) {
    return Math.multiplyExact(shape.channels(), plane(shape));
  }

  @Override
  public void toNchw(Shape shape, float[] values, float[] out, int offset) {
    int pitch = pitch(shape.width());
    int rows = shape.channels() * shape.height();
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * pitch, out, offset + row * shape.width(), shape.width());
    }
  }

  @Override
  public void toNhwc(Shape shape, float[] values, float[] out, int offset) {
    int pitch = pitch(shape.width());
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        int from = (c * shape.height() + y) * pitch;
        int to = offset + y * shape.width() * shape.channels() + c;
        for (int x = 0; x < shape.width(); x++) {
          out[to + x * shape.channels()] = values[from + x];
        }
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
