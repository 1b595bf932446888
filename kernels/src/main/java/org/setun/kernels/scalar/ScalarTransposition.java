// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.Transposition;

/** Value by value. */
final class ScalarTransposition implements Transposition {
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
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[to + j * outStride + i] = in[from + i * inStride + j];
      }
    }
  }
}
