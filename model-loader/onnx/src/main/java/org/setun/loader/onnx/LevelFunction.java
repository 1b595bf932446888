// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import org.setun.kernels.Thresholds;

/**
 * A function with two or three values that rises or falls: steps whose levels need not be -s, 0 and
 * +s. A trit tells which level it is.
 *
 * @param low where it leaves the lowest level, exact for every float: one per channel, or one for
 *     all; so are the others
 * @param high where it reaches the highest level
 * @param negated whether it does so for -x
 * @param lowest the level for the trit -1
 * @param middle the level for the trit 0
 * @param highest the level for the trit +1
 */
record LevelFunction(
    float[] low, float[] high, boolean[] negated, float[] lowest, float[] middle, float[] highest) {
  /**
   * Recognises such a function by its values.
   *
   * @return empty if it has one value or more than three, or goes up and down
   */
  static Optional<LevelFunction> recognize(ScalarFunction function, int channels) {
    int different = function.isUniform() ? 1 : channels;
    LevelFunction levels =
        new LevelFunction(
            new float[different],
            new float[different],
            new boolean[different],
            new float[different],
            new float[different],
            new float[different]);
    for (int c = 0; c < different; c++) {
      if (!levels.find(function, c)) {
        return Optional.empty();
      }
    }
    return Optional.of(levels);
  }

  private boolean find(ScalarFunction function, int channel) {
    Optional<long[]> segments = Segments.of(function, channel);
    if (segments.isEmpty()) {
      return false;
    }
    long[] starts = segments.get();
    float[] values = new float[starts.length];
    for (int s = 0; s < starts.length; s++) {
      float[] probes = Segments.probes(starts, s);
      values[s] = function.value(probes[0], channel);
      for (float probe : probes) {
        if (function.value(probe, channel) != values[s]) {
          return false;
        }
      }
    }
    float[] levels = new float[values.length];
    int count = 0;
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    for (float value : sorted) {
      if (count == 0 || value != levels[count - 1]) {
        levels[count++] = value;
      }
    }
    boolean falls = values[0] > values[values.length - 1];
    if (count < 2 || count > 3 || !isMonotone(values, falls)) {
      return false;
    }
    float top = levels[count - 1];
    lowest[channel] = levels[0];
    middle[channel] = count == 3 ? levels[1] : levels[0] / 2 + top / 2;
    highest[channel] = top;
    negated[channel] = falls;
    // Of two levels the middle one is never reached: both bounds are one.
    if (falls) {
      low[channel] = 0f - StepFunction.lastWith(starts, values, levels[1]);
      high[channel] = 0f - StepFunction.lastWith(starts, values, top);
    } else {
      low[channel] = 0f + StepFunction.firstWith(starts, values, levels[1]);
      high[channel] = 0f + StepFunction.firstWith(starts, values, top);
    }
    return true;
  }

  private static boolean isMonotone(float[] values, boolean falls) {
    for (int s = 1; s < values.length; s++) {
      if (falls ? values[s] > values[s - 1] : values[s] < values[s - 1]) {
        return false;
      }
    }
    return true;
  }

  /** The bounds, for every channel. */
  Thresholds thresholds(int channels) {
    boolean[] signs = new boolean[channels];
    for (int c = 0; c < channels; c++) {
      signs[c] = negated[c % negated.length];
    }
    return new Thresholds(expanded(low, channels), expanded(high, channels), signs);
  }

  /** What the highest level is above the middle one, for every channel. */
  float[] plusScale(int channels) {
    return difference(highest, middle, channels);
  }

  /** What the lowest level is below the middle one, for every channel. */
  float[] minusScale(int channels) {
    return difference(middle, lowest, channels);
  }

  /** The level of the trit 0, for every channel. */
  float[] middle(int channels) {
    return expanded(middle, channels);
  }

  private static float[] difference(float[] a, float[] b, int channels) {
    float[] result = new float[channels];
    for (int c = 0; c < channels; c++) {
      result[c] = a[c % a.length] - b[c % b.length];
    }
    return result;
  }

  private static float[] expanded(float[] values, int channels) {
    float[] result = new float[channels];
    for (int c = 0; c < channels; c++) {
      result[c] = values[c % values.length];
    }
    return result;
  }
}
