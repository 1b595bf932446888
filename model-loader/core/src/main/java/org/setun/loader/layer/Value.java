// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Shape;

/**
 * One image's activations, laid out (channel, row, column) as PyTorch does. The array is shared,
 * not copied.
 *
 * @param shape the extents
 * @param data the values
 */
public record Value(Shape shape, float[] data) {
  /**
   * Checks the length.
   *
   * @throws IllegalArgumentException if it is not the shape's
   */
  public Value {
    if (data.length != shape.size()) {
      throw new IllegalArgumentException(data.length + " values for the shape " + shape);
    }
  }

  /**
   * Takes values laid out (row, column, channel), as the kernels keep them.
   *
   * @param shape the extents
   * @param nhwc the values, not kept
   * @return the same values, laid out anew
   */
  public static Value ofNhwc(Shape shape, float[] nhwc) {
    float[] data = new float[shape.size()];
    int pixels = shape.pixels();
    for (int c = 0; c < shape.channels(); c++) {
      for (int p = 0; p < pixels; p++) {
        data[c * pixels + p] = nhwc[p * shape.channels() + c];
      }
    }
    return new Value(shape, data);
  }

  /**
   * Zeros.
   *
   * @param shape the extents
   * @return a value of its own
   */
  public static Value zeros(Shape shape) {
    return new Value(shape, new float[shape.size()]);
  }

  /**
   * Whether there is nothing but zeros.
   *
   * @return true if so
   */
  public boolean isZero() {
    for (float value : data) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
