package org.setun.kernels.scalar;

import org.setun.kernels.op.FloatLinear;

/** One output at a time. */
public final class ScalarFloatLinear implements FloatLinear {
  @Override
  public int channels() {
    return 1;
  }

  @Override
  public void panel(
      float[] in, int features, float[] w, int wOffset, float[] bias, float[] out, int outOffset) {
    float sum = bias[outOffset];
    for (int from = 0; from < features; from += BLOCK) {
      float part = 0;
      for (int f = from; f < Math.min(from + BLOCK, features); f++) {
        part = Math.fma(in[f], w[wOffset + f], part);
      }
      sum += part;
    }
    out[outOffset] = sum;
  }
}
