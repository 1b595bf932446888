// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.LT;
import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.Winograd;

/**
 * Input channels are the lanes of the transforms on the way in, output channels those of the
 * product, 4 tiles × 2 vectors as in {@link FloatConvolution4x2}, and of the way out.
 */
final class VectorWinograd implements Winograd {
  private static final int PANEL = 2 * FLOATS;

  /** Floats of a point that {@link #multiply} leaves. */
  private static final int POINT = TILES * PANEL;

  /** Floats of a point down the columns that {@link #rowOutput} leaves. */
  private static final int ROW = OUTPUTS * POINT;

  private static final FloatVector THREE_HALVES = FloatVector.broadcast(FLOAT, 1.5f);
  private static final FloatVector TWO = FloatVector.broadcast(FLOAT, 2f);
  private static final FloatVector MINUS_HALF = FloatVector.broadcast(FLOAT, -0.5f);
  private static final FloatVector HALF = FloatVector.broadcast(FLOAT, 0.5f);
  private static final FloatVector QUARTER = FloatVector.broadcast(FLOAT, 0.25f);
  private static final FloatVector MINUS_QUARTER = FloatVector.broadcast(FLOAT, -0.25f);
  private static final FloatVector MINUS_FIVE_QUARTERS = FloatVector.broadcast(FLOAT, -1.25f);
  private static final FloatVector FOUR = FloatVector.broadcast(FLOAT, 4f);
  private static final FloatVector MINUS_SIXTEEN = FloatVector.broadcast(FLOAT, -16f);

  @Override
  public String name() {
    return "winograd-4x2-" + FLOAT.vectorBitSize();
  }

  @Override
  public int channels() {
    return PANEL;
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
    if (count == 1) {
      // One long loop, and what is left of a vector.
      int vectors = length / FLOATS;
      transform(points, in, from, inStride, FLOATS, vectors, out, to, outStride, FLOATS);
      if (vectors * FLOATS < length) {
        int last = Math.max(0, length - FLOATS);
        transform(points, in, from + last, inStride, 0, 1, out, to + last, outStride, 0);
      }
      return;
    }
    for (int i = 0; i < length; i += FLOATS) {
      int at = Math.max(0, Math.min(i, length - FLOATS));
      transform(points, in, from + at, inStride, inStep, count, out, to + at, outStride, outStep);
    }
  }

  private static void transform(
      int points,
      float[] in,
      int from,
      int inStride,
      int inStep,
      int count,
      float[] out,
      int to,
      int outStride,
      int outStep) {
    if (points == 6) {
      sixPoints(in, from, inStride, inStep, count, out, to, outStride, outStep);
    } else {
      sevenPoints(in, from, inStride, inStep, count, out, to, outStride, outStep);
    }
  }

  private static void sixPoints(
      float[] in, int a, int s, int inStep, int count, float[] out, int b, int o, int outStep) {
    for (int t = 0; t < count; t++, a += inStep, b += outStep) {
      FloatVector d0 = FloatVector.fromArray(FLOAT, in, a);
      FloatVector d1 = FloatVector.fromArray(FLOAT, in, a + s);
      FloatVector d2 = FloatVector.fromArray(FLOAT, in, a + 2 * s);
      FloatVector d3 = FloatVector.fromArray(FLOAT, in, a + 3 * s);
      FloatVector d4 = FloatVector.fromArray(FLOAT, in, a + 4 * s);
      FloatVector d5 = FloatVector.fromArray(FLOAT, in, a + 5 * s);
      FloatVector l1 = d3.sub(d1);
      FloatVector l2 = d4.sub(d2);
      FloatVector r1 = d2.fma(THREE_HALVES, d3).sub(d1);
      FloatVector r2 = d3.fma(THREE_HALVES, d4).sub(d2);
      l1.fma(THREE_HALVES, l2).sub(d2.sub(d0)).intoArray(out, b);
      r2.add(r1).intoArray(out, b + o);
      r2.sub(r1).intoArray(out, b + 2 * o);
      l1.fma(TWO, l2).intoArray(out, b + 3 * o);
      l1.fma(MINUS_HALF, l2).intoArray(out, b + 4 * o);
      l2.fma(THREE_HALVES, d5.sub(d3)).sub(l1).intoArray(out, b + 5 * o);
    }
  }

  private static void sevenPoints(
      float[] in, int a, int s, int inStep, int count, float[] out, int b, int o, int outStep) {
    for (int t = 0; t < count; t++, a += inStep, b += outStep) {
      FloatVector d0 = FloatVector.fromArray(FLOAT, in, a);
      FloatVector d1 = FloatVector.fromArray(FLOAT, in, a + s);
      FloatVector d2 = FloatVector.fromArray(FLOAT, in, a + 2 * s);
      FloatVector d3 = FloatVector.fromArray(FLOAT, in, a + 3 * s);
      FloatVector d4 = FloatVector.fromArray(FLOAT, in, a + 4 * s);
      FloatVector d5 = FloatVector.fromArray(FLOAT, in, a + 5 * s);
      FloatVector d6 = FloatVector.fromArray(FLOAT, in, a + 6 * s);
      FloatVector e0 = d0.fma(QUARTER, d2.fma(MINUS_FIVE_QUARTERS, d4));
      FloatVector e1 = d1.fma(QUARTER, d3.fma(MINUS_FIVE_QUARTERS, d5));
      e0.fma(TWO, e1).intoArray(out, b);
      FloatVector h2 = d2.fma(MINUS_QUARTER, d4);
      FloatVector m0 = d1.fma(MINUS_QUARTER, d3).fma(TWO, h2);
      FloatVector m1 = h2.fma(TWO, d3.fma(MINUS_QUARTER, d5));
      m1.add(m0).intoArray(out, b + o);
      m1.sub(m0).intoArray(out, b + 2 * o);
      FloatVector l2 = d4.sub(d2);
      FloatVector n0 = d3.sub(d1).fma(TWO, l2);
      FloatVector n1 = l2.fma(TWO, d5.sub(d3));
      n0.fma(HALF, n1).intoArray(out, b + 3 * o);
      n0.fma(MINUS_HALF, n1).intoArray(out, b + 4 * o);
      e1.intoArray(out, b + 5 * o);
      FloatVector e2 = d2.fma(QUARTER, d4.fma(MINUS_FIVE_QUARTERS, d6));
      e1.fma(TWO, e2).intoArray(out, b + 6 * o);
    }
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
    FloatVector zero = FloatVector.zero(FLOAT);
    FloatVector a0 = zero;
    FloatVector b0 = zero;
    FloatVector a1 = zero;
    FloatVector b1 = zero;
    FloatVector a2 = zero;
    FloatVector b2 = zero;
    FloatVector a3 = zero;
    FloatVector b3 = zero;
    int end = points * depth;
    int last = depth - 1;
    int to = 0;
    int v1 = from + tileStride;
    int v2 = v1 + tileStride;
    int v3 = v2 + tileStride;
    // One loop over all points: entering a short one for each would cost as much as its steps.
    for (int k = 0; k < end; k++) {
      FloatVector w0 = FloatVector.fromArray(FLOAT, w, weights + k * PANEL);
      FloatVector w1 = FloatVector.fromArray(FLOAT, w, weights + k * PANEL + FLOATS);
      FloatVector x0 = FloatVector.broadcast(FLOAT, v[from + k]);
      a0 = x0.fma(w0, a0);
      b0 = x0.fma(w1, b0);
      FloatVector x1 = FloatVector.broadcast(FLOAT, v[v1 + k]);
      a1 = x1.fma(w0, a1);
      b1 = x1.fma(w1, b1);
      FloatVector x2 = FloatVector.broadcast(FLOAT, v[v2 + k]);
      a2 = x2.fma(w0, a2);
      b2 = x2.fma(w1, b2);
      FloatVector x3 = FloatVector.broadcast(FLOAT, v[v3 + k]);
      a3 = x3.fma(w0, a3);
      b3 = x3.fma(w1, b3);
      if (k == last) {
        a0.intoArray(out, to);
        b0.intoArray(out, to + FLOATS);
        a1.intoArray(out, to + 2 * FLOATS);
        b1.intoArray(out, to + 3 * FLOATS);
        a2.intoArray(out, to + 4 * FLOATS);
        b2.intoArray(out, to + 5 * FLOATS);
        a3.intoArray(out, to + 6 * FLOATS);
        b3.intoArray(out, to + 7 * FLOATS);
        a0 = zero;
        b0 = zero;
        a1 = zero;
        b1 = zero;
        a2 = zero;
        b2 = zero;
        a3 = zero;
        b3 = zero;
        last += depth;
        to += POINT;
      }
    }
  }

  @Override
  public void rowOutput(int points, float[] in, float[] out, int to) {
    if (points == 6) {
      rowOfSix(in, out, to);
    } else {
      rowOfSeven(in, out, to);
    }
  }

  private static void rowOfSix(float[] in, float[] out, int to) {
    for (int i = 0; i < POINT; i += FLOATS) {
      FloatVector at1 = FloatVector.fromArray(FLOAT, in, i + POINT);
      FloatVector minus1 = FloatVector.fromArray(FLOAT, in, i + 2 * POINT);
      FloatVector s1 = at1.add(minus1);
      FloatVector d1 = at1.sub(minus1);
      FloatVector half = FloatVector.fromArray(FLOAT, in, i + 3 * POINT);
      FloatVector minus2 = FloatVector.fromArray(FLOAT, in, i + 4 * POINT);
      FloatVector.fromArray(FLOAT, in, i)
          .add(s1)
          .add(half.fma(FOUR, minus2))
          .intoArray(out, to + i);
      half.sub(minus2).fma(TWO, d1).intoArray(out, to + i + POINT);
      minus2.fma(FOUR, s1.add(half)).intoArray(out, to + i + 2 * POINT);
      minus2
          .fma(MINUS_SIXTEEN, half)
          .fma(HALF, d1.add(FloatVector.fromArray(FLOAT, in, i + 5 * POINT)))
          .intoArray(out, to + i + 3 * POINT);
    }
  }

  private static void rowOfSeven(float[] in, float[] out, int to) {
    for (int i = 0; i < POINT; i += FLOATS) {
      FloatVector at1 = FloatVector.fromArray(FLOAT, in, i + POINT);
      FloatVector minus1 = FloatVector.fromArray(FLOAT, in, i + 2 * POINT);
      FloatVector s1 = at1.add(minus1);
      FloatVector d1 = at1.sub(minus1);
      FloatVector half = FloatVector.fromArray(FLOAT, in, i + 3 * POINT);
      FloatVector minusHalf = FloatVector.fromArray(FLOAT, in, i + 4 * POINT);
      FloatVector s2 = half.add(minusHalf);
      FloatVector d2 = half.sub(minusHalf);
      FloatVector minus2 = FloatVector.fromArray(FLOAT, in, i + 5 * POINT);
      FloatVector.fromArray(FLOAT, in, i).add(s1).add(s2.fma(FOUR, minus2)).intoArray(out, to + i);
      d2.sub(minus2).fma(TWO, d1).intoArray(out, to + i + POINT);
      minus2.fma(FOUR, s1.add(s2)).intoArray(out, to + i + 2 * POINT);
      minus2
          .fma(MINUS_SIXTEEN, d2)
          .fma(HALF, d1.add(FloatVector.fromArray(FLOAT, in, i + 6 * POINT)))
          .intoArray(out, to + i + 3 * POINT);
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
    for (int c = 0; c < PANEL; c += FLOATS) {
      if (points == 6) {
        columnOfSix(
            in, c, bias, scale, shift, slope, channel + c, out, to + c, rowStride, pixelStride);
      } else {
        columnOfSeven(
            in, c, bias, scale, shift, slope, channel + c, out, to + c, rowStride, pixelStride);
      }
    }
  }

  private static void columnOfSix(
      float[] in,
      int from,
      float[] bias,
      float[] scale,
      float[] shift,
      float[] slope,
      int channel,
      float[] out,
      int to,
      int rowStride,
      int pixelStride) {
    FloatVector add = FloatVector.fromArray(FLOAT, bias, channel);
    FloatVector prelu = FloatVector.fromArray(FLOAT, slope, channel);
    boolean affine = scale != null;
    FloatVector factor = affine ? FloatVector.fromArray(FLOAT, scale, channel) : add;
    FloatVector addend = affine ? FloatVector.fromArray(FLOAT, shift, channel) : add;
    for (int pixel = 0; pixel < OUTPUTS * TILES; pixel++) {
      // Outputs of a row lie tile by tile, their sums column by column.
      int a = from + (pixel % OUTPUTS * TILES + pixel / OUTPUTS) * PANEL;
      int b = to + pixel * pixelStride;
      FloatVector at1 = FloatVector.fromArray(FLOAT, in, a + ROW).add(add);
      FloatVector minus1 = FloatVector.fromArray(FLOAT, in, a + 2 * ROW);
      FloatVector s1 = at1.add(minus1);
      FloatVector d1 = at1.sub(minus1);
      FloatVector half = FloatVector.fromArray(FLOAT, in, a + 3 * ROW);
      FloatVector minus2 = FloatVector.fromArray(FLOAT, in, a + 4 * ROW);
      FloatVector y0 = FloatVector.fromArray(FLOAT, in, a).add(s1).add(half.fma(FOUR, minus2));
      if (affine) {
        y0 = y0.fma(factor, addend);
      }
      y0.blend(y0.mul(prelu), y0.compare(LT, 0f)).intoArray(out, b);
      FloatVector y1 = half.sub(minus2).fma(TWO, d1);
      if (affine) {
        y1 = y1.fma(factor, addend);
      }
      y1.blend(y1.mul(prelu), y1.compare(LT, 0f)).intoArray(out, b + rowStride);
      FloatVector y2 = minus2.fma(FOUR, s1.add(half));
      if (affine) {
        y2 = y2.fma(factor, addend);
      }
      y2.blend(y2.mul(prelu), y2.compare(LT, 0f)).intoArray(out, b + 2 * rowStride);
      FloatVector y3 =
          minus2
              .fma(MINUS_SIXTEEN, half)
              .fma(HALF, d1.add(FloatVector.fromArray(FLOAT, in, a + 5 * ROW)));
      if (affine) {
        y3 = y3.fma(factor, addend);
      }
      y3.blend(y3.mul(prelu), y3.compare(LT, 0f)).intoArray(out, b + 3 * rowStride);
    }
  }

  private static void columnOfSeven(
      float[] in,
      int from,
      float[] bias,
      float[] scale,
      float[] shift,
      float[] slope,
      int channel,
      float[] out,
      int to,
      int rowStride,
      int pixelStride) {
    FloatVector add = FloatVector.fromArray(FLOAT, bias, channel);
    FloatVector prelu = FloatVector.fromArray(FLOAT, slope, channel);
    boolean affine = scale != null;
    FloatVector factor = affine ? FloatVector.fromArray(FLOAT, scale, channel) : add;
    FloatVector addend = affine ? FloatVector.fromArray(FLOAT, shift, channel) : add;
    for (int pixel = 0; pixel < OUTPUTS * TILES; pixel++) {
      // Outputs of a row lie tile by tile, their sums column by column.
      int a = from + (pixel % OUTPUTS * TILES + pixel / OUTPUTS) * PANEL;
      int b = to + pixel * pixelStride;
      FloatVector at1 = FloatVector.fromArray(FLOAT, in, a + ROW).add(add);
      FloatVector minus1 = FloatVector.fromArray(FLOAT, in, a + 2 * ROW);
      FloatVector s1 = at1.add(minus1);
      FloatVector d1 = at1.sub(minus1);
      FloatVector half = FloatVector.fromArray(FLOAT, in, a + 3 * ROW);
      FloatVector minusHalf = FloatVector.fromArray(FLOAT, in, a + 4 * ROW);
      FloatVector s2 = half.add(minusHalf);
      FloatVector d2 = half.sub(minusHalf);
      FloatVector minus2 = FloatVector.fromArray(FLOAT, in, a + 5 * ROW);
      FloatVector y0 = FloatVector.fromArray(FLOAT, in, a).add(s1).add(s2.fma(FOUR, minus2));
      if (affine) {
        y0 = y0.fma(factor, addend);
      }
      y0.blend(y0.mul(prelu), y0.compare(LT, 0f)).intoArray(out, b);
      FloatVector y1 = d2.sub(minus2).fma(TWO, d1);
      if (affine) {
        y1 = y1.fma(factor, addend);
      }
      y1.blend(y1.mul(prelu), y1.compare(LT, 0f)).intoArray(out, b + rowStride);
      FloatVector y2 = minus2.fma(FOUR, s1.add(s2));
      if (affine) {
        y2 = y2.fma(factor, addend);
      }
      y2.blend(y2.mul(prelu), y2.compare(LT, 0f)).intoArray(out, b + 2 * rowStride);
      FloatVector y3 =
          minus2
              .fma(MINUS_SIXTEEN, d2)
              .fma(HALF, d1.add(FloatVector.fromArray(FLOAT, in, a + 6 * ROW)));
      if (affine) {
        y3 = y3.fma(factor, addend);
      }
      y3.blend(y3.mul(prelu), y3.compare(LT, 0f)).intoArray(out, b + 3 * rowStride);
    }
  }
}
