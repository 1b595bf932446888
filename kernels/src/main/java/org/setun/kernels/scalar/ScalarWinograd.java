// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.Winograd;

/** One value at a time, and products of four tiles and two channels. */
public final class ScalarWinograd implements Winograd {
  private final int channels;

  /** With panels of two channels. */
  public ScalarWinograd() {
    this(2);
  }

  /**
   * With the panels of another kernel.
   *
   * @param channels of a panel, even
   */
  public ScalarWinograd(int channels) {
    this.channels = channels;
  }

  @Override
  public String name() {
    return "winograd-4x2-scalar";
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void input(
      int points,
      float[] in,
      int from,
      int inStride,
      int inStep,
      int count,
      int length,
      float[] out,
      int to,
      int outStride,
      int outStep) {
    for (int t = 0; t < count; t++) {
      for (int i = 0; i < length; i++) {
        int a = from + t * inStep + i;
        int b = to + t * outStep + i;
        if (points == 6) {
          sixPoints(in, a, inStride, out, b, outStride);
        } else {
          sevenPoints(in, a, inStride, out, b, outStride);
        }
      }
    }
  }

  private static void sixPoints(float[] in, int a, int s, float[] out, int b, int o) {
    float d0 = in[a];
    float d1 = in[a + s];
    float d2 = in[a + 2 * s];
    float d3 = in[a + 3 * s];
    float d4 = in[a + 4 * s];
    float d5 = in[a + 5 * s];
    float l1 = d3 - d1;
    float l2 = d4 - d2;
    float r1 = Math.fma(d2, 1.5f, d3) - d1;
    float r2 = Math.fma(d3, 1.5f, d4) - d2;
    out[b] = Math.fma(l1, 1.5f, l2) - (d2 - d0);
    out[b + o] = r2 + r1;
    out[b + 2 * o] = r2 - r1;
    out[b + 3 * o] = Math.fma(l1, 2f, l2);
    out[b + 4 * o] = Math.fma(l1, -0.5f, l2);
    out[b + 5 * o] = Math.fma(l2, 1.5f, d5 - d3) - l1;
  }

  private static void sevenPoints(float[] in, int a, int s, float[] out, int b, int o) {
    float d0 = in[a];
    float d1 = in[a + s];
    float d2 = in[a + 2 * s];
    float d3 = in[a + 3 * s];
    float d4 = in[a + 4 * s];
    float d5 = in[a + 5 * s];
    float d6 = in[a + 6 * s];
    float e0 = Math.fma(d0, 0.25f, Math.fma(d2, -1.25f, d4));
    float e1 = Math.fma(d1, 0.25f, Math.fma(d3, -1.25f, d5));
    float e2 = Math.fma(d2, 0.25f, Math.fma(d4, -1.25f, d6));
    float h2 = Math.fma(d2, -0.25f, d4);
    float m0 = Math.fma(Math.fma(d1, -0.25f, d3), 2f, h2);
    float m1 = Math.fma(h2, 2f, Math.fma(d3, -0.25f, d5));
    float l2 = d4 - d2;
    float n0 = Math.fma(d3 - d1, 2f, l2);
    float n1 = Math.fma(l2, 2f, d5 - d3);
    out[b] = Math.fma(e0, 2f, e1);
    out[b + o] = m1 + m0;
    out[b + 2 * o] = m1 - m0;
    out[b + 3 * o] = Math.fma(n0, 0.5f, n1);
    out[b + 4 * o] = Math.fma(n0, -0.5f, n1);
    out[b + 5 * o] = e1;
    out[b + 6 * o] = Math.fma(e1, 2f, e2);
  }

  @Override
  public void multiply(
      int points,
      int depth,
      float[] v,
      int from,
      int tileStride,
      float[] w,
      int weights,
      float[] out) {
    int v1 = from + tileStride;
    int v2 = v1 + tileStride;
    int v3 = v2 + tileStride;
    for (int p = 0; p < points; p++) {
      for (int c = 0; c < channels; c += 2) {
        float a0 = 0;
        float b0 = 0;
        float a1 = 0;
        float b1 = 0;
        float a2 = 0;
        float b2 = 0;
        float a3 = 0;
        float b3 = 0;
        for (int k = p * depth; k < (p + 1) * depth; k++) {
          float wa = w[weights + k * channels + c];
          float wb = w[weights + k * channels + c + 1];
          a0 = Math.fma(v[from + k], wa, a0);
          b0 = Math.fma(v[from + k], wb, b0);
          a1 = Math.fma(v[v1 + k], wa, a1);
          b1 = Math.fma(v[v1 + k], wb, b1);
          a2 = Math.fma(v[v2 + k], wa, a2);
          b2 = Math.fma(v[v2 + k], wb, b2);
          a3 = Math.fma(v[v3 + k], wa, a3);
          b3 = Math.fma(v[v3 + k], wb, b3);
        }
        int to = p * TILES * channels + c;
        out[to] = a0;
        out[to + 1] = b0;
        out[to + channels] = a1;
        out[to + channels + 1] = b1;
        out[to + 2 * channels] = a2;
        out[to + 2 * channels + 1] = b2;
        out[to + 3 * channels] = a3;
        out[to + 3 * channels + 1] = b3;
      }
    }
  }

  @Override
  public void rowOutput(int points, float[] in, float[] out, int to) {
    int point = TILES * channels;
    for (int i = 0; i < point; i++) {
      outputs(points, in, i, point, 0, out, to + i, point);
    }
  }

  @Override
  public void columnOutput(
      int points,
      float[] in,
      float[] bias,
      float[] scale,
      float[] shift,
      float[] slope,
      int channel,
      float[] out,
      int to,
      int rowStride,
      int pixelStride) {
    int point = OUTPUTS * TILES * channels;
    for (int i = 0; i < point; i++) {
      int c = i % channels;
      int t = i / channels % TILES;
      int j = i / channels / TILES;
      int b = to + (t * OUTPUTS + j) * pixelStride + c;
      outputs(points, in, i, point, bias[channel + c], out, b, rowStride);
      for (int row = 0; row < OUTPUTS; row++) {
        float y = out[b + row * rowStride];
        if (scale != null) {
          y = Math.fma(y, scale[channel + c], shift[channel + c]);
        }
        out[b + row * rowStride] = y < 0 ? y * slope[channel + c] : y;
      }
    }
  }

  private static void outputs(
      int points, float[] in, int a, int s, float bias, float[] out, int b, int o) {
    float at1 = in[a + s] + bias;
    float minus1 = in[a + 2 * s];
    float half = in[a + 3 * s];
    float minus2 = in[a + (points - 2) * s];
    float s1 = at1 + minus1;
    float d1 = at1 - minus1;
    float s2 = points == 6 ? half : half + in[a + 4 * s];
    float d2 = points == 6 ? half : half - in[a + 4 * s];
    out[b] = in[a] + s1 + Math.fma(s2, 4f, minus2);
    out[b + o] = Math.fma(d2 - minus2, 2f, d1);
    out[b + 2 * o] = Math.fma(minus2, 4f, s1 + s2);
    out[b + 3 * o] = Math.fma(Math.fma(minus2, -16f, d2), 0.5f, d1 + in[a + (points - 1) * s]);
  }
}
