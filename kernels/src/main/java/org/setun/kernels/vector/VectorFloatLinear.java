// SPDX-License-Identifier: Apache-2.0
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
    for (int from = 0; from < features; from += BLOCK) {
      FloatVector p0 = FloatVector.zero(FLOAT);
      FloatVector p1 = p0;
      FloatVector p2 = p0;
      FloatVector p3 = p0;
      int end = Math.min(from + BLOCK, features);
      for (int f = from; f < end; f++) {
        int i = wOffset + f * 4 * FLOATS;
        FloatVector x = FloatVector.broadcast(FLOAT, in[f]);
        p0 = x.fma(FloatVector.fromArray(FLOAT, w, i), p0);
        p1 = x.fma(FloatVector.fromArray(FLOAT, w, i + FLOATS), p1);
        p2 = x.fma(FloatVector.fromArray(FLOAT, w, i + 2 * FLOATS), p2);
        p3 = x.fma(FloatVector.fromArray(FLOAT, w, i + 3 * FLOATS), p3);
      }
      y0 = p0.add(y0);
      y1 = p1.add(y1);
      y2 = p2.add(y2);
      y3 = p3.add(y3);
    }
    y0.intoArray(out, outOffset);
    y1.intoArray(out, outOffset + FLOATS);
    y2.intoArray(out, outOffset + 2 * FLOATS);
    y3.intoArray(out, outOffset + 3 * FLOATS);
  }
}
