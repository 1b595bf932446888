package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LT;
import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;
import static org.setun.kernels.vector.Species.INT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.setun.kernels.op.Epilogue;

/** A vector of channels at a time. */
final class VectorEpilogue implements Epilogue {
  @Override
  public void fromCounts(
      int[] counts,
      int countsOffset,
      int pixels,
      int channels,
      float[] scale,
      float[] shift,
      float[] shortcut,
      int shortcutOffset,
      int shortcutChannels,
      float[] slope,
      float[] out,
      int outOffset) {
    for (int p = 0; p < pixels; p++) {
      int from = countsOffset + p * channels;
      int to = outOffset + p * channels;
      // The channels that have a shortcut and those behind them are separate loops: no test per
      // vector.
      int c = 0;
      if (shortcut != null) {
        int add = shortcutOffset + p * shortcutChannels;
        if (slope != null) {
          for (; c < shortcutChannels; c += FLOATS) {
            FloatVector y =
                counts(counts, from + c, scale, shift, c)
                    .add(FloatVector.fromArray(FLOAT, shortcut, add + c));
            prelu(y, slope, c).intoArray(out, to + c);
          }
        } else {
          for (; c < shortcutChannels; c += FLOATS) {
            counts(counts, from + c, scale, shift, c)
                .add(FloatVector.fromArray(FLOAT, shortcut, add + c))
                .intoArray(out, to + c);
          }
        }
      }
      if (slope != null) {
        for (; c < channels; c += FLOATS) {
          prelu(counts(counts, from + c, scale, shift, c), slope, c).intoArray(out, to + c);
        }
      } else {
        for (; c < channels; c += FLOATS) {
          counts(counts, from + c, scale, shift, c).intoArray(out, to + c);
        }
      }
    }
  }

  @Override
  public void inPlace(
      float[] values,
      int offset,
      int pixels,
      int channels,
      float[] scale,
      float[] shift,
      float[] slope) {
    for (int p = 0; p < pixels; p++) {
      int at = offset + p * channels;
      if (scale != null) {
        for (int c = 0; c < channels; c += FLOATS) {
          FloatVector y =
              FloatVector.fromArray(FLOAT, values, at + c)
                  .fma(
                      FloatVector.fromArray(FLOAT, scale, c),
                      FloatVector.fromArray(FLOAT, shift, c));
          (slope == null ? y : prelu(y, slope, c)).intoArray(values, at + c);
        }
      } else if (slope != null) {
        for (int c = 0; c < channels; c += FLOATS) {
          prelu(FloatVector.fromArray(FLOAT, values, at + c), slope, c).intoArray(values, at + c);
        }
      }
    }
  }

  private static FloatVector counts(int[] counts, int from, float[] scale, float[] shift, int c) {
    return ((FloatVector) IntVector.fromArray(INT, counts, from).convertShape(I2F, FLOAT, 0))
        .fma(FloatVector.fromArray(FLOAT, scale, c), FloatVector.fromArray(FLOAT, shift, c));
  }

  private static FloatVector prelu(FloatVector y, float[] slope, int c) {
    return y.blend(y.mul(FloatVector.fromArray(FLOAT, slope, c)), y.compare(LT, 0f));
  }
}
