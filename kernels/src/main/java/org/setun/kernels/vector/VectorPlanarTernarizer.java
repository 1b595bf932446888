// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.PlanarTernarizer;

/** A vector of columns at a time; the comparisons' masks are the bits. */
final class VectorPlanarTernarizer implements PlanarTernarizer {
  @Override
  public void bits(
      float[] values,
      int from,
      int pitch,
      int rows,
      int width,
      float low,
      float high,
      boolean negated,
      long[] bits) {
    if (negated) {
      negated(values, from, pitch, rows, width, -low, -high, bits);
    } else {
      plain(values, from, pitch, rows, width, low, high, bits);
    }
  }

  private static void plain(
      float[] values,
      int from,
      int pitch,
      int rows,
      int width,
      float low,
      float high,
      long[] bits) {
    int to = 0;
    for (int r = 0; r < rows; r++) {
      for (int w = 0; w < width; w += Long.SIZE) {
        int columns = Math.min(width - w, Long.SIZE);
        int at = from + r * pitch + w;
        long belowLow = 0;
        long belowHigh = 0;
        for (int x = 0; x < columns; x += FLOATS) {
          FloatVector v = FloatVector.fromArray(FLOAT, values, at + x);
          belowLow |= v.compare(LT, low).toLong() << x;
          belowHigh |= v.compare(LT, high).toLong() << x;
        }
        long inside = -1L >>> Long.SIZE - columns;
        bits[to] = ~belowHigh & inside;
        bits[to + 1] = (belowLow | ~belowHigh) & inside;
        to += 2;
      }
    }
  }

  /** As {@link #plain} of the values with the other sign: -v < b is v > -b. */
  private static void negated(
      float[] values,
      int from,
      int pitch,
      int rows,
      int width,
      float low,
      float high,
      long[] bits) {
    int to = 0;
    for (int r = 0; r < rows; r++) {
      for (int w = 0; w < width; w += Long.SIZE) {
        int columns = Math.min(width - w, Long.SIZE);
        int at = from + r * pitch + w;
        long aboveLow = 0;
        long aboveHigh = 0;
        for (int x = 0; x < columns; x += FLOATS) {
          FloatVector v = FloatVector.fromArray(FLOAT, values, at + x);
          aboveLow |= v.compare(GT, low).toLong() << x;
          aboveHigh |= v.compare(GT, high).toLong() << x;
        }
        long inside = -1L >>> Long.SIZE - columns;
        bits[to] = ~aboveHigh & inside;
        bits[to + 1] = (aboveLow | ~aboveHigh) & inside;
        to += 2;
      }
    }
  }
}
