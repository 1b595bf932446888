// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.FloatLinear;

/** One output at a time. */
public final class ScalarFloatLinear implements FloatLinear {
  private final int channels;

  /** Panels of one output. */
  public ScalarFloatLinear() {
    this(1);
  }

  /** Panels of {@code channels} outputs. */
  ScalarFloatLinear(int channels) {
    this.channels = channels;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void panel(
      float[] in, int features, float[] w, int wOffset, float[] bias, float[] out, int outOffset) {
    for (int c = 0; c < channels; c++) {
      float sum = bias[outOffset + c];
      for (int from = 0; from < features; from += BLOCK) {
        float part = 0;
        for (int f = from; f < Math.min(from + BLOCK, features); f++) {
          part = Math.fma(in[f], w[wOffset + f * channels + c], part);
        }
        sum += part;
      }
      out[outOffset + c] = sum;
    }
  }
}
