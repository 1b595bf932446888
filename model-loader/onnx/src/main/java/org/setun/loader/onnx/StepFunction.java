// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import org.setun.kernels.Thresholds;

/**
 * A function with the values -s, 0 and +s: a ternarization, or a binarization, with whatever stands
 * before it folded in.
 *
 * @param low where it steps to 0, exact for every float: one per channel, or one for all
 * @param high where it steps to s, likewise
 * @param negated whether it does so for -x, likewise
 * @param level s, the same in every channel
 */
record StepFunction(float[] low, float[] high, boolean[] negated, float level) {
  /**
   * Recognises a step function by its values. The half sum of {@code sign(x - 0.5)} and {@code
   * sign(x + 0.5)} is one but for two floats, where a sign is 0: taken as plus, it is STTN's rule.
   *
   * @return empty if it is none, or 0 everywhere
   */
  static Optional<StepFunction> recognize(ScalarFunction function, int channels) {
    Optional<StepFunction> exact = recognizeExactly(function, channels);
    return exact.isPresent() ? exact : recognizeExactly(function.withPlusAtZero(), channels);
  }

  private static Optional<StepFunction> recognizeExactly(ScalarFunction function, int channels) {
    int different = function.isUniform() ? 1 : channels;
    float[] low = new float[different];
    float[] high = new float[different];
    boolean[] negated = new boolean[different];
    float level = 0;
    for (int c = 0; c < different; c++) {
      Optional<Steps> steps = Steps.of(function, c);
      if (steps.isEmpty()) {
        return Optional.empty();
      }
      float size = steps.get().level();
      if (size != 0 && level != 0 && size != level) {
        return Optional.empty();
      }
      level = Math.max(level, size);
      low[c] = steps.get().low();
      high[c] = steps.get().high();
      negated[c] = steps.get().negated();
    }
    return level == 0 ? Optional.empty() : Optional.of(new StepFunction(low, high, negated, level));
  }

  /** Whether no channel falls from +s to -s. */
  boolean rises() {
    for (boolean falls : negated) {
      if (falls) {
        return false;
      }
    }
    return true;
  }

  /** The steps as a layer has them, for every channel. */
  Thresholds thresholds(int channels) {
    if (low.length == channels) {
      return new Thresholds(low, high, negated);
    }
    float[] lows = new float[channels];
    float[] highs = new float[channels];
    boolean[] signs = new boolean[channels];
    Arrays.fill(lows, low[0]);
    Arrays.fill(highs, high[0]);
    Arrays.fill(signs, negated[0]);
    return new Thresholds(lows, highs, signs);
  }

  /** The steps of one channel. */
  private record Steps(float low, float high, boolean negated, float level) {
    static Optional<Steps> of(ScalarFunction function, int channel) {
      Optional<long[]> segments = Segments.of(function, channel);
      if (segments.isEmpty()) {
        return Optional.empty();
      }
      long[] starts = segments.get();
      float[] values = new float[starts.length];
      float level = 0;
      for (int s = 0; s < starts.length; s++) {
        float[] probes = Segments.probes(starts, s);
        values[s] = function.value(probes[0], channel);
        for (float probe : probes) {
          if (function.value(probe, channel) != values[s]) {
            return Optional.empty();
          }
        }
        level = Math.max(level, Math.abs(values[s]));
      }
      return of(starts, values, level);
    }

    private static Optional<Steps> of(long[] starts, float[] values, float level) {
      boolean falls = values[0] > values[values.length - 1];
      int sign = falls ? -1 : 1;
      for (int s = 0; s < values.length; s++) {
        boolean trit = values[s] == 0 || Math.abs(values[s]) == level;
        if (!trit || s > 0 && sign * values[s] < sign * values[s - 1]) {
          return Optional.empty();
        }
      }
      if (falls) {
        // Of -x: above the last float with a value it has reached that value.
        float low = -lastWith(starts, values, 0);
        float high = -lastWith(starts, values, level);
        return Optional.of(new Steps(low + 0f, high + 0f, true, level));
      }
      float low = firstWith(starts, values, 0);
      float high = level == 0 ? Float.POSITIVE_INFINITY : firstWith(starts, values, level);
      return Optional.of(new Steps(low + 0f, high + 0f, false, level));
    }
  }

  /** The first float with at least a value of a function that rises. */
  static float firstWith(long[] starts, float[] values, float value) {
    if (values[0] >= value) {
      return Float.NEGATIVE_INFINITY;
    }
    for (int s = 1; s < values.length; s++) {
      if (values[s] >= value) {
        return Segments.ranked(starts[s]);
      }
    }
    return Float.POSITIVE_INFINITY;
  }

  /** The last float with at least a value of a function that falls. */
  static float lastWith(long[] starts, float[] values, float value) {
    for (int s = 0; s < values.length; s++) {
      if (values[s] < value) {
        return s == 0 ? Float.NEGATIVE_INFINITY : Segments.ranked(starts[s] - 1);
      }
    }
    return Float.POSITIVE_INFINITY;
  }
}
