// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import org.setun.kernels.op.Deinterleave;

/**
 * Two vectors in, two out: a fifth of the time of single elements, which C2 does not vectorize at
 * stride 2.
 */
final class VectorDeinterleave implements Deinterleave {
  private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(FLOAT, 0);
  private static final VectorShuffle<Float> ODD = VectorShuffle.makeUnzip(FLOAT, 1);

  @Override
  public void split(float[] in, int from, int count, float[] out, int even, int odd) {
    int i = 0;
    for (; i + 2 * FLOATS <= count; i += 2 * FLOATS) {
      FloatVector a = FloatVector.fromArray(FLOAT, in, from + i);
      FloatVector b = FloatVector.fromArray(FLOAT, in, from + i + FLOATS);
      a.rearrange(EVEN, b).intoArray(out, even + i / 2);
      a.rearrange(ODD, b).intoArray(out, odd + i / 2);
    }
    for (; i + 1 < count; i += 2) {
      out[even + i / 2] = in[from + i];
      out[odd + i / 2] = in[from + i + 1];
    }
    if (i < count) {
      out[even + i / 2] = in[from + i];
    }
  }
}
