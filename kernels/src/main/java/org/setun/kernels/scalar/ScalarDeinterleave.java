// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.Deinterleave;

/** Element by element. */
public final class ScalarDeinterleave implements Deinterleave {
  @Override
  public void split(float[] in, int from, int count, float[] out, int even, int odd) {
    for (int i = 0; i < (count + 1) / 2; i++) {
      out[even + i] = in[from + 2 * i];
    }
    for (int i = 0; i < count / 2; i++) {
      out[odd + i] = in[from + 2 * i + 1];
    }
  }
}
