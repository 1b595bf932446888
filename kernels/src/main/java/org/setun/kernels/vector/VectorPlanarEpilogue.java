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
 * the scalar and broadcasts it again for every vector.
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
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          values(counts, count + x)
              .fma(parameter(parameters, first, 0), parameter(parameters, first, 2));
      prelu(y, parameters, first).intoArray(out, to + x);
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
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          values(counts, count + x)
              .fma(parameter(parameters, first, 0), parameter(parameters, first, 2))
              .add(FloatVector.fromArray(FLOAT, shortcut, add + x));
      prelu(y, parameters, first).intoArray(out, to + x);
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
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          values(counts, count + x)
              .fma(parameter(parameters, first, 0), parameter(parameters, first, 2));
      y = values(counts, count + minus + x).fma(parameter(parameters, first, 1), y);
      prelu(y, parameters, first).intoArray(out, to + x);
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
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector y =
          values(counts, count + x)
              .fma(parameter(parameters, first, 0), parameter(parameters, first, 2));
      y =
          values(counts, count + minus + x)
              .fma(parameter(parameters, first, 1), y)
              .add(FloatVector.fromArray(FLOAT, shortcut, add + x));
      prelu(y, parameters, first).intoArray(out, to + x);
    }
  }

  private static FloatVector values(int[] counts, int at) {
    return (FloatVector) IntVector.fromArray(INT, counts, at).convertShape(I2F, FLOAT, 0);
  }

  private static FloatVector parameter(float[] parameters, int first, int index) {
    return FloatVector.fromArray(FLOAT, parameters, first + index * COPIES);
  }

  private static FloatVector prelu(FloatVector y, float[] parameters, int first) {
    return y.lanewise(MUL, parameter(parameters, first, 3), y.compare(LT, 0f));
  }
}
