// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.LT;
import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.Ternarizer;

/**
 * A vector of channels at a time; the comparisons' masks are the bits of the planes. At 512 bits a
 * word is four vectors, whose bounds stay in 12 registers while the pixels go by; narrower vectors
 * need more of them than there are.
 */
final class VectorTernarizer implements Ternarizer {
  @Override
  public void pack(
      float[] values,
      int offset,
      int pixels,
      int channels,
      int first,
      int end,
      float[] low,
      float[] high,
      float[] flip,
      long[] packed,
      int packedOffset,
      int[] columnOffsets,
      int column,
      int wordStride) {
    for (int base = first; base < end; base += Long.SIZE) {
      int to = packedOffset + base / Long.SIZE * wordStride;
      if (FLOATS == 16) {
        packWord512(
            values,
            offset + base,
            pixels,
            channels,
            low,
            high,
            flip,
            base,
            packed,
            to,
            columnOffsets,
            column);
      } else {
        packWord(
            values,
            offset + base,
            pixels,
            channels,
            low,
            high,
            flip,
            base,
            packed,
            to,
            columnOffsets,
            column);
      }
    }
  }

  private static void packWord(
      float[] values,
      int from,
      int pixels,
      int channels,
      float[] low,
      float[] high,
      float[] flip,
      int base,
      long[] packed,
      int to,
      int[] columnOffsets,
      int column) {
    for (int p = 0; p < pixels; p++) {
      long belowLow = 0;
      long belowHigh = 0;
      for (int bit = 0; bit < Long.SIZE; bit += FLOATS) {
        int c = base + bit;
        FloatVector v =
            FloatVector.fromArray(FLOAT, values, from + bit)
                .mul(FloatVector.fromArray(FLOAT, flip, c));
        belowLow |= v.compare(LT, FloatVector.fromArray(FLOAT, low, c)).toLong() << bit;
        belowHigh |= v.compare(LT, FloatVector.fromArray(FLOAT, high, c)).toLong() << bit;
      }
      packed[to + columnOffsets[column + p]] = belowLow | ~belowHigh;
      packed[to + columnOffsets[column + p] + 1] = belowLow;
      from += channels;
    }
  }

  private static void packWord512(
      float[] values,
      int from,
      int pixels,
      int channels,
      float[] low,
      float[] high,
      float[] flip,
      int base,
      long[] packed,
      int to,
      int[] columnOffsets,
      int column) {
    FloatVector low0 = FloatVector.fromArray(FLOAT, low, base);
    FloatVector high0 = FloatVector.fromArray(FLOAT, high, base);
    FloatVector flip0 = FloatVector.fromArray(FLOAT, flip, base);
    FloatVector low1 = FloatVector.fromArray(FLOAT, low, base + 16);
    FloatVector high1 = FloatVector.fromArray(FLOAT, high, base + 16);
    FloatVector flip1 = FloatVector.fromArray(FLOAT, flip, base + 16);
    FloatVector low2 = FloatVector.fromArray(FLOAT, low, base + 32);
    FloatVector high2 = FloatVector.fromArray(FLOAT, high, base + 32);
    FloatVector flip2 = FloatVector.fromArray(FLOAT, flip, base + 32);
    FloatVector low3 = FloatVector.fromArray(FLOAT, low, base + 48);
    FloatVector high3 = FloatVector.fromArray(FLOAT, high, base + 48);
    FloatVector flip3 = FloatVector.fromArray(FLOAT, flip, base + 48);
    for (int p = 0; p < pixels; p++) {
      FloatVector v0 = FloatVector.fromArray(FLOAT, values, from).mul(flip0);
      FloatVector v1 = FloatVector.fromArray(FLOAT, values, from + 16).mul(flip1);
      FloatVector v2 = FloatVector.fromArray(FLOAT, values, from + 32).mul(flip2);
      FloatVector v3 = FloatVector.fromArray(FLOAT, values, from + 48).mul(flip3);
      long belowLow =
          v0.compare(LT, low0).toLong()
              | v1.compare(LT, low1).toLong() << 16
              | v2.compare(LT, low2).toLong() << 32
              | v3.compare(LT, low3).toLong() << 48;
      long belowHigh =
          v0.compare(LT, high0).toLong()
              | v1.compare(LT, high1).toLong() << 16
              | v2.compare(LT, high2).toLong() << 32
              | v3.compare(LT, high3).toLong() << 48;
      int at = to + columnOffsets[column + p];
      packed[at] = belowLow | ~belowHigh;
      packed[at + 1] = belowLow;
      from += channels;
    }
  }
}
