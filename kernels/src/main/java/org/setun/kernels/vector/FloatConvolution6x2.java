package org.setun.kernels.vector;

import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.FloatConvolution;

/**
 * fp32 convolution, 6 pixels × 2 vectors of output channels.
 *
 * <pre>{@code
 *           ┌────┬────┐
 *           │ w0 │ w1 │   weights of one tap
 *           └────┴────┘
 * pixel 0   │ a0   b0 │
 *   …       │   …     │   12 accumulators
 * pixel 5   │ a5   b5 │
 * }</pre>
 *
 * <p>Per tap 12 multiply-adds and 8 loads, so the multiply-add ports are the bound at two loads a
 * cycle; 15 registers, which fits AVX2's 16 too.
 */
final class FloatConvolution6x2 implements FloatConvolution {
  @Override
  public String name() {
    return "convolution-6x2-" + FLOAT.vectorBitSize();
  }

  @Override
  public int pixels() {
    return 6;
  }

  @Override
  public int channels() {
    return 2 * FLOATS;
  }

  @Override
  public void tile(
      float[] in,
      int inOffset,
      int[] tapOffsets,
      float[] w,
      int wOffset,
      float[] bias,
      int biasOffset,
      float[] out,
      int outOffset,
      int stride) {
    FloatVector a0 = FloatVector.fromArray(FLOAT, bias, biasOffset);
    FloatVector b0 = FloatVector.fromArray(FLOAT, bias, biasOffset + FLOATS);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    FloatVector a4 = a0;
    FloatVector b4 = b0;
    FloatVector a5 = a0;
    FloatVector b5 = b0;
    for (int k = 0; k < tapOffsets.length; k++) {
      int i = inOffset + tapOffsets[k];
      FloatVector w0 = FloatVector.fromArray(FLOAT, w, wOffset + k * 2 * FLOATS);
      FloatVector w1 = FloatVector.fromArray(FLOAT, w, wOffset + k * 2 * FLOATS + FLOATS);
      FloatVector x0 = FloatVector.broadcast(FLOAT, in[i]);
      a0 = x0.fma(w0, a0);
      b0 = x0.fma(w1, b0);
      FloatVector x1 = FloatVector.broadcast(FLOAT, in[i + 1]);
      a1 = x1.fma(w0, a1);
      b1 = x1.fma(w1, b1);
      FloatVector x2 = FloatVector.broadcast(FLOAT, in[i + 2]);
      a2 = x2.fma(w0, a2);
      b2 = x2.fma(w1, b2);
      FloatVector x3 = FloatVector.broadcast(FLOAT, in[i + 3]);
      a3 = x3.fma(w0, a3);
      b3 = x3.fma(w1, b3);
      FloatVector x4 = FloatVector.broadcast(FLOAT, in[i + 4]);
      a4 = x4.fma(w0, a4);
      b4 = x4.fma(w1, b4);
      FloatVector x5 = FloatVector.broadcast(FLOAT, in[i + 5]);
      a5 = x5.fma(w0, a5);
      b5 = x5.fma(w1, b5);
    }
    a0.intoArray(out, outOffset);
    b0.intoArray(out, outOffset + FLOATS);
    a1.intoArray(out, outOffset + stride);
    b1.intoArray(out, outOffset + stride + FLOATS);
    a2.intoArray(out, outOffset + 2 * stride);
    b2.intoArray(out, outOffset + 2 * stride + FLOATS);
    a3.intoArray(out, outOffset + 3 * stride);
    b3.intoArray(out, outOffset + 3 * stride + FLOATS);
    a4.intoArray(out, outOffset + 4 * stride);
    b4.intoArray(out, outOffset + 4 * stride + FLOATS);
    a5.intoArray(out, outOffset + 5 * stride);
    b5.intoArray(out, outOffset + 5 * stride + FLOATS);
  }
}
