package org.setun.kernels.scalar;

import org.setun.kernels.op.FloatConvolution;

/** One pixel and one output channel at a time. */
public final class ScalarFloatConvolution implements FloatConvolution {
  @Override
  public String name() {
    return "convolution-1x1-scalar";
  }

  @Override
  public int pixels() {
    return 1;
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public void tile(
      float[] in,
      int inOffset,
      int pixelStride,
      int[] tapOffsets,
      int run,
      float[] w,
      int wOffset,
      float[] bias,
      int biasOffset,
      float[] out,
      int outOffset,
      int stride) {
    float sum = bias[biasOffset];
    int tap = wOffset;
    for (int offset : tapOffsets) {
      for (int r = 0; r < run; r++) {
        sum = Math.fma(in[inOffset + offset + r], w[tap++], sum);
      }
    }
    out[outOffset] = sum;
  }
}
