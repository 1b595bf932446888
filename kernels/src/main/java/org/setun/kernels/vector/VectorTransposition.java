// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import org.setun.kernels.op.Transposition;

/**
 * In blocks of {@value #BLOCK}×{@value #BLOCK}, a cache line from either side: both sides of a
 * block stay in the first-level cache whatever the strides are.
 */
final class VectorTransposition implements Transposition {
  private static final int BLOCK = 16;

  @Override
  public void transpose(
      float[] in,
      int from,
      int inStride,
      int rows,
      int columns,
      float[] out,
      int to,
      int outStride) {
    for (int j = 0; j < columns; j += BLOCK) {
      int width = Math.min(BLOCK, columns - j);
      for (int i = 0; i < rows; i += BLOCK) {
        int height = Math.min(BLOCK, rows - i);
        int blockFrom = from + i * inStride + j;
        int blockTo = to + j * outStride + i;
        for (int x = 0; x < width; x++) {
          for (int y = 0; y < height; y++) {
            out[blockTo + x * outStride + y] = in[blockFrom + y * inStride + x];
          }
        }
      }
    }
  }
}
