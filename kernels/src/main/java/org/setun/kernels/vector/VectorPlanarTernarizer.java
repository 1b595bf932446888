package org.setun.kernels.vector;

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
      float flip,
      long[] bits) {
    FloatVector lows = FloatVector.broadcast(FLOAT, low);
    FloatVector highs = FloatVector.broadcast(FLOAT, high);
    FloatVector flips = FloatVector.broadcast(FLOAT, flip);
    int to = 0;
    for (int r = 0; r < rows; r++) {
      for (int w = 0; w < width; w += Long.SIZE) {
        int columns = Math.min(width - w, Long.SIZE);
        int at = from + r * pitch + w;
        long belowLow = 0;
        long belowHigh = 0;
        for (int x = 0; x < columns; x += FLOATS) {
          FloatVector v = FloatVector.fromArray(FLOAT, values, at + x).mul(flips);
          belowLow |= v.compare(LT, lows).toLong() << x;
          belowHigh |= v.compare(LT, highs).toLong() << x;
        }
        long inside = -1L >>> Long.SIZE - columns;
        bits[to] = ~belowHigh & inside;
        bits[to + 1] = (belowLow | ~belowHigh) & inside;
        to += 2;
      }
    }
  }
}
