// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.SignedSum;

/** Output by output. */
final class ScalarSignedSum implements SignedSum {
  @Override
  public void panel(float[] x, int from, int columns, long[] weights, int at, float[] out, int to) {
    for (int o = 0; o < OUTPUTS; o++) {
      float result = 0;
      for (int block = 0; block < columns; block += BLOCK) {
        float sum = 0;
        for (int c = block; c < Math.min(block + BLOCK, columns); c++) {
          if ((weights[at + 2 * c] >>> o & 1) != 0) {
            sum += x[from + c];
          } else if ((weights[at + 2 * c + 1] >>> o & 1) != 0) {
            sum -= x[from + c];
          }
        }
        result += sum;
      }
      out[to + o] = result;
    }
  }
}
