// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MUL;
import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;
import static org.setun.kernels.vector.Species.INT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.setun.kernels.op.PlanarEpilogue;

/**
 * A vector of columns at a time. Parameters are loaded from their copies: of a broadcast C2 keeps
 * the scalar and broadcasts it again for every vector. Flat, since a method that returns a vector
 * boxes it where C2 does not inline it.
 */
final class VectorPlanarEpilogue implements PlanarEpilogue {
  @Override
  public void fromCounts(
      int[] counts,
      int from,
      int minus,
      int countPitch,
      int rows,
      int width,
      float[] parameters,
      int channel,
      float[] shortcut,
      int shortcutFrom,
      int shortcutPitch,
      float[] out,
      int to,
      int pitch) {
    int first = channel * PARAMETERS * COPIES;
    for (int r = 0; r < rows; r++) {
      int count = from + r * countPitch;
      int add = shortcutFrom + r * shortcutPitch;
      int result = to + r * pitch;
      if (shortcut == null) {
        if (minus == 0) {
          row(counts, count, width, parameters, first, out, result);
        } else {
          pairs(counts, count, minus, width, parameters, first, out, result);
        }
      } else if (minus == 0) {
        rowAdd(counts, count, width, parameters, first, shortcut, add, out, result);
      } else {
        pairsAdd(counts, count, minus, width, parameters, first, shortcut, add, out, result);
      }
    }
  }

  private static void row(
      int[] counts, int count, int width, float[] parameters, int first, float[] out, int to) {
    FloatVector scale = FloatVector.fromArray(FLOAT, parameters, first);
    FloatVector shift = FloatVector.fromArray(FLOAT, parameters, first + 2 * COPIES);
    FloatVector slope = FloatVector.fromArray(FLOAT, parameters, first + 3 * COPIES);
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          ((FloatVector) IntVector.fromArray(INT, counts, count + x).convertShape(I2F, FLOAT, 0))
              .fma(scale, shift);
      y.lanewise(MUL, slope, y.compare(LT, 0f)).intoArray(out, to + x);
    }
  }

  private static void rowAdd(
      int[] counts,
      int count,
      int width,
      float[] parameters,
      int first,
      float[] shortcut,
      int add,
      float[] out,
      int to) {
    FloatVector scale = FloatVector.fromArray(FLOAT, parameters, first);
    FloatVector shift = FloatVector.fromArray(FLOAT, parameters, first + 2 * COPIES);
    FloatVector slope = FloatVector.fromArray(FLOAT, parameters, first + 3 * COPIES);
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          ((FloatVector) IntVector.fromArray(INT, counts, count + x).convertShape(I2F, FLOAT, 0))
              .fma(scale, shift);
      y = y.add(FloatVector.fromArray(FLOAT, shortcut, add + x));
      y.lanewise(MUL, slope, y.compare(LT, 0f)).intoArray(out, to + x);
    }
  }

  private static void pairs(
      int[] counts,
      int count,
      int minus,
      int width,
      float[] parameters,
      int first,
      float[] out,
      int to) {
    FloatVector scale = FloatVector.fromArray(FLOAT, parameters, first);
    FloatVector minusScale = FloatVector.fromArray(FLOAT, parameters, first + COPIES);
    FloatVector shift = FloatVector.fromArray(FLOAT, parameters, first + 2 * COPIES);
    FloatVector slope = FloatVector.fromArray(FLOAT, parameters, first + 3 * COPIES);
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          ((FloatVector) IntVector.fromArray(INT, counts, count + x).convertShape(I2F, FLOAT, 0))
              .fma(scale, shift);
      y =
          ((FloatVector)
                  IntVector.fromArray(INT, counts, count + minus + x).convertShape(I2F, FLOAT, 0))
              .fma(minusScale, y);
      y.lanewise(MUL, slope, y.compare(LT, 0f)).intoArray(out, to + x);
    }
  }

  private static void pairsAdd(
      int[] counts,
      int count,
      int minus,
      int width,
      float[] parameters,
      int first,
      float[] shortcut,
      int add,
      float[] out,
      int to) {
    FloatVector scale = FloatVector.fromArray(FLOAT, parameters, first);
    FloatVector minusScale = FloatVector.fromArray(FLOAT, parameters, first + COPIES);
    FloatVector shift = FloatVector.fromArray(FLOAT, parameters, first + 2 * COPIES);
    FloatVector slope = FloatVector.fromArray(FLOAT, parameters, first + 3 * COPIES);
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          ((FloatVector) IntVector.fromArray(INT, counts, count + x).convertShape(I2F, FLOAT, 0))
              .fma(scale, shift);
      y =
          ((FloatVector)
                  IntVector.fromArray(INT, counts, count + minus + x).convertShape(I2F, FLOAT, 0))
              .fma(minusScale, y);
      y = y.add(FloatVector.fromArray(FLOAT, shortcut, add + x));
      y.lanewise(MUL, slope, y.compare(LT, 0f)).intoArray(out, to + x);
    }
  }
}
