// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Exchanges rows and columns of a matrix of fp32 values: pixels × channels becomes channels ×
 * pixels and the other way round, which is how values change between {@link
 * org.setun.kernels.layout.ChannelsLast} and {@link org.setun.kernels.layout.Planar}.
 */
public interface Transposition {
  /**
   * Copies {@code in[from + i * inStride + j]} to {@code out[to + j * outStride + i]} for every row
   * {@code i} and column {@code j} of the input.
   *
   * @param in input values
   * @param from index of the first
   * @param inStride distance between rows of the input
   * @param rows rows of the input
   * @param columns columns of the input
   * @param out receives the values
   * @param to index of the first in {@code out}
   * @param outStride distance between rows of the output
   */
  void transpose(
      float[] in,
      int from,
      int inStride,
      int rows,
      int columns,
      float[] out,
      int to,
      int outStride);
}
