package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.LT;
import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.Ternarizer;

/** A vector of channels at a time; the comparisons' masks are the bits of the planes. */
final class VectorTernarizer implements Ternarizer {
  @Override
  public void pack(
      float[] values,
      int offset,
      int pixels,
      int channels,
      float[] low,
      float[] high,
      float[] flip,
      long[] packed,
      int packedOffset) {
    int to = packedOffset;
    for (int p = 0; p < pixels; p++) {
      int from = offset + p * channels;
      for (int base = 0; base < channels; base += Long.SIZE, to += 2) {
        long belowLow = 0;
        long belowHigh = 0;
        for (int bit = 0; bit < Long.SIZE; bit += FLOATS) {
          int c = base + bit;
          FloatVector v =
              FloatVector.fromArray(FLOAT, values, from + c)
                  .mul(FloatVector.fromArray(FLOAT, flip, c));
          belowLow |= v.compare(LT, FloatVector.fromArray(FLOAT, low, c)).toLong() << bit;
          belowHigh |= v.compare(LT, FloatVector.fromArray(FLOAT, high, c)).toLong() << bit;
        }
        packed[to] = belowLow | ~belowHigh;
        packed[to + 1] = belowLow;
      }
    }
  }
}
