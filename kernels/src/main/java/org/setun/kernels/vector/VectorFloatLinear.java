package org.setun.kernels.vector;

import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.FloatLinear;

/**
 * Four vectors of outputs at a time: four chains hide the latency of the multiply-add, and weights
 * stream through once.
 */
final class VectorFloatLinear implements FloatLinear {
  @Override
  public int channels() {
    return 4 * FLOATS;
  }

  @Override
  public void panel(
      float[] in, int features, float[] w, int wOffset, float[] bias, float[] out, int outOffset) {
    FloatVector y0 = FloatVector.fromArray(FLOAT, bias, outOffset);
    FloatVector y1 = FloatVector.fromArray(FLOAT, bias, outOffset + FLOATS);
    FloatVector y2 = FloatVector.fromArray(FLOAT, bias, outOffset + 2 * FLOATS);
    FloatVector y3 = FloatVector.fromArray(FLOAT, bias, outOffset + 3 * FLOATS);
    for (int f = 0; f < features; f++) {
      int i = wOffset + f * 4 * FLOATS;
      FloatVector x = FloatVector.broadcast(FLOAT, in[f]);
      y0 = x.fma(FloatVector.fromArray(FLOAT, w, i), y0);
      y1 = x.fma(FloatVector.fromArray(FLOAT, w, i + FLOATS), y1);
      y2 = x.fma(FloatVector.fromArray(FLOAT, w, i + 2 * FLOATS), y2);
      y3 = x.fma(FloatVector.fromArray(FLOAT, w, i + 3 * FLOATS), y3);
    }
    y0.intoArray(out, outOffset);
    y1.intoArray(out, outOffset + FLOATS);
    y2.intoArray(out, outOffset + 2 * FLOATS);
    y3.intoArray(out, outOffset + 3 * FLOATS);
  }
}
