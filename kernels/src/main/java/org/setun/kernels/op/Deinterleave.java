// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Separates the even from the odd elements of a row: the column phases of an input that is read
 * with stride 2, see {@link FloatConvolution}.
 */
public interface Deinterleave {
  /**
   * Copies {@code in[from + 2 i]} to {@code out[even + i]} and {@code in[from + 2 i + 1]} to {@code
   * out[odd + i]}.
   *
   * @param in the row
   * @param from index of its first element
   * @param count number of elements, even or odd
   * @param out receives them
   * @param even where the elements of even position go
   * @param odd where the elements of odd position go
   */
  void split(float[] in, int from, int count, float[] out, int even, int odd);
}
