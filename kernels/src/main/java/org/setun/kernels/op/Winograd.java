// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Micro-kernels of an fp32 convolution by Winograd's transforms: {@value #OUTPUTS} × {@value
 * #OUTPUTS} outputs of a window with 3 or 4 taps in each direction, stride 1. A window of any
 * stride is one of stride 1 on its phases, see {@code plan.WinogradInput}.
 *
 * <p>Along one axis, {@code n = taps + 3} inputs d become n values at the points 0, 1, −1, ½, [−½,]
 * −2, ∞ (that in brackets only with 4 taps); the products with the transformed weights at each
 * point, summed over the input channels, become 4 outputs. In exact arithmetic that is the
 * convolution; in fp32 the order of operations is part of the definition, each of them rounded once
 * ({@code fma} where it says so), so that all implementations agree to the bit:
 *
 * <pre>{@code
 * 3 taps   l0 = d2 - d0,  l1 = d3 - d1,  l2 = d4 - d2,  l3 = d5 - d3
 *          r1 = fma(d2, 1.5, d3) - d1,  r2 = fma(d3, 1.5, d4) - d2
 *          at 0    fma(l1, 1.5, l2) - l0          at ½    fma(l1, 2, l2)
 *          at 1    r2 + r1                        at -2   fma(l1, -0.5, l2)
 *          at -1   r2 - r1                        at ∞    fma(l2, 1.5, l3) - l1
 *
 * 4 taps   e(i) = fma(d(i), 0.25, fma(d(i+2), -1.25, d(i+4)))     i = 0, 1, 2
 *          h(i) = fma(d(i), -0.25, d(i+2)),  l(i) = d(i+2) - d(i) i = 1, 2, 3
 *          m0 = fma(h1, 2, h2), m1 = fma(h2, 2, h3), n0 = fma(l1, 2, l2), n1 = fma(l2, 2, l3)
 *          at 0    fma(e0, 2, e1)                 at -½   fma(n0, -0.5, n1)
 *          at 1    m1 + m0                        at -2   e1
 *          at -1   m1 - m0                        at ∞    fma(e1, 2, e2)
 *          at ½    fma(n0, 0.5, n1)
 *
 * outputs  s1 = y(1) + y(-1),  d1 = y(1) - y(-1),  s2 = y(½) + y(-½),  d2 = y(½) - y(-½)
 *          (with 3 taps s2 = d2 = y(½))
 *          0       (y(0) + s1) + fma(s2, 4, y(-2))
 *          1       fma(d2 - y(-2), 2, d1)
 *          2       fma(y(-2), 4, s1 + s2)
 *          3       fma(fma(y(-2), -16, d2), 0.5, d1 + y(∞))
 * }</pre>
 *
 * <p>The values at ±½ are a quarter of Lagrange's, and the outputs take them four times. Vertical
 * transforms come first on the way in and last on the way out. Points and their order are those of
 * which 3 taps leave one out; of the sets with as few points they round least (Barabasz, Anderson,
 * Soodhalter, Gregg: Error analysis and improving the accuracy of Winograd convolution, 2020).
 *
 * <p>A value that is not finite makes NaNs of up to 4 × 4 outputs around it that a direct
 * convolution would not touch.
 */
public interface Winograd {
  /** Outputs of a tile along an axis. */
  int OUTPUTS = 4;

  /** Tiles that are multiplied together. */
  int TILES = 4;

  /** Floats that arrays must have behind what is read or written of them. */
  int SLACK = 15;

  /** Operation and width. */
  String name();

  /** Output channels that are multiplied together, P below, a divisor of 64. */
  int channels();

  /**
   * Transforms inputs along one axis: for every {@code t < count} and {@code i < length}, the n
   * values {@code in[from + t * inStep + i + j * inStride]} to {@code out[to + t * outStep + i + j
   * * outStride]}, in ascending order of t and j. What lies within {@link #SLACK} behind them is
   * read, and overwritten: with {@code length} below that, {@code outStride} must be {@code
   * length}.
   *
   * @param points n, 6 or 7
   */
  void input(
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
      int outStep);

  /**
   * Multiplies {@link #TILES} tiles with P output channels, at neighbouring points: {@code
   * out[(point * TILES + t) * P + c]} is the sum of {@code v[from + t * tileStride + point * depth
   * + k] * w[weights + (point * depth + k) * P + c]} over {@code k < depth} in ascending order,
   * each step a fused multiply-add, from 0.
   *
   * @param points how many
   * @param depth products in a sum
   */
  void multiply(
      int points,
      int depth,
      float[] v,
      int from,
      int tileStride,
      float[] w,
      int weights,
      float[] out);

  /**
   * Makes outputs of what {@link #multiply} left: along a row, from {@code in[(point * TILES + t) *
   * P + c]} to {@code out[to + (j * TILES + t) * P + c]} for {@code j < OUTPUTS}.
   *
   * @param points 6 or 7
   */
  void rowOutput(int points, float[] in, float[] out, int to);

  /**
   * Makes outputs down the columns, of {@link #OUTPUTS} rows: from {@code in[((point * OUTPUTS + j)
   * * TILES + t) * P + c]}, with {@code bias} added at point 1, then {@code y = fma(y, scale,
   * shift)} where there is a scale, then {@code y = y < 0 ? y * slope : y}, to {@code out[to + row
   * * rowStride + (t * OUTPUTS + j) * pixelStride + c]}.
   *
   * @param points 6 or 7
   * @param bias of each channel, from {@code channel} on, as the next three
   * @param scale or {@code null}
   * @param shift or {@code null}, with {@code scale}
   * @param slope of the PReLU; 1 changes nothing
   */
  void columnOutput(
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
      int pixelStride);
}
