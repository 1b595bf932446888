// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.layout;

import org.setun.kernels.Shape;

/**
 * How the fp32 values of one image lie in an array. Whatever a layout adds to a value to round it
 * up is finite and never read as a result.
 */
public interface Layout {
  /** Name for people to read. */
  String name();

  /**
   * Floats that a value takes.
   *
   * @param shape shape of the value
   * @return length of its array
   * @throws ArithmeticException if it exceeds an int
   */
  int floats(Shape shape);

  /**
   * Copies a value, NCHW without gaps.
   *
   * @param shape shape of the value
   * @param values the value
   * @param out receives {@code shape.size()} floats
   * @param offset index of the first in {@code out}
   */
  void toNchw(Shape shape, float[] values, float[] out, int offset);

  /** Copies a value, NHWC without gaps; the parameters are those of {@link #toNchw}. */
  void toNhwc(Shape shape, float[] values, float[] out, int offset);
}
