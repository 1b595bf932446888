// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import org.setun.kernels.Shape;

/**
 * An array that a convolution needs.
 *
 * @param what what it holds, as in {@code its weights}
 * @param shape shape of the value that it belongs to
 * @param elements its length, which may exceed what an array can have
 */
public record ArrayExtent(String what, Shape shape, double elements) {
  /** Binary logarithm of the most elements an array may have: 1 GiB of fp32. */
  public static final int MOST_LOG2 = 28;

  /** Whether the array is larger than any may be. */
  public boolean isTooLarge() {
    return elements > 1L << MOST_LOG2;
  }
}
