// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.FloatConvolution;

/**
 * Four pixels and two output channels at a time: eight sums that do not wait for each other. One
 * sum at a time takes a multiply-add's latency for each tap, eight times as long.
 */
public final class ScalarFloatConvolution implements FloatConvolution {
  private static final int PIXELS = 4;
  private static final int CHANNELS = 2;

  private final String name;
  private final int channels;

  /** Tiles of 4 × 2 results. */
  public ScalarFloatConvolution() {
    this("convolution-4x2-scalar", CHANNELS);
  }

  private ScalarFloatConvolution(String name, int channels) {
    this.name = name;
    this.channels = channels;
  }

  /** In the place of another kernel, on operands that are packed for it. */
  static FloatConvolution like(FloatConvolution kernel) {
    if (kernel.pixels() != PIXELS || kernel.channels() % CHANNELS != 0) {
      return kernel;
    }
    return new ScalarFloatConvolution(kernel.name(), kernel.channels());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int pixels() {
    return PIXELS;
  }

  @Override
  public int channels() {
    return channels;
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
    int taps = tapOffsets.length * run;
    for (int c = 0; c < channels; c += CHANNELS) {
      float a0 = bias[biasOffset + c];
      float b0 = bias[biasOffset + c + 1];
      float a1 = a0;
      float b1 = b0;
      float a2 = a0;
      float b2 = b0;
      float a3 = a0;
      float b3 = b0;
      // One loop over all taps: C2 gains nothing from an inner one where a run is a single tap.
      int i = inOffset + tapOffsets[0];
      int left = run;
      int next = 1;
      for (int tap = 0; tap < taps; tap++) {
        float wa = w[wOffset + tap * channels + c];
        float wb = w[wOffset + tap * channels + c + 1];
        float x0 = in[i];
        a0 = Math.fma(x0, wa, a0);
        b0 = Math.fma(x0, wb, b0);
        float x1 = in[i + pixelStride];
        a1 = Math.fma(x1, wa, a1);
        b1 = Math.fma(x1, wb, b1);
        float x2 = in[i + 2 * pixelStride];
        a2 = Math.fma(x2, wa, a2);
        b2 = Math.fma(x2, wb, b2);
        float x3 = in[i + 3 * pixelStride];
        a3 = Math.fma(x3, wa, a3);
        b3 = Math.fma(x3, wb, b3);
        i++;
        if (--left == 0 && next < tapOffsets.length) {
          i = inOffset + tapOffsets[next++];
          left = run;
        }
      }
      int to = outOffset + c;
      out[to] = a0;
      out[to + 1] = b0;
      out[to + stride] = a1;
      out[to + stride + 1] = b1;
      out[to + 2 * stride] = a2;
      out[to + 2 * stride + 1] = b2;
      out[to + 3 * stride] = a3;
      out[to + 3 * stride + 1] = b3;
    }
  }
}
