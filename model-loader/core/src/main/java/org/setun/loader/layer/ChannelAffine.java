// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Arrays;

/**
 * A multiply-add per channel, {@code x * scale[c] + shift[c]}, kept in double until all that can be
 * folded is folded: one rounding to fp32 instead of one a step.
 */
record ChannelAffine(double[] scale, double[] shift) {

  /** This multiply-add followed by another. */
  ChannelAffine then(ChannelAffine next) {
    double[] scales = new double[scale.length];
    double[] shifts = new double[scale.length];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = scale[c] * next.scale[c];
      shifts[c] = shift[c] * next.scale[c] + next.shift[c];
    }
    return new ChannelAffine(scales, shifts);
  }

  /** This, and an addend per channel. */
  ChannelAffine plus(float[] addends) {
    double[] shifts = shift.clone();
    Arrays.setAll(shifts, c -> shift[c] + addends[c]);
    return new ChannelAffine(scale, shifts);
  }

  float[] floatScale(String layer) throws ParameterException {
    return round(layer, "scale", scale);
  }

  float[] floatShift(String layer) throws ParameterException {
    return round(layer, "shift", shift);
  }

  private static float[] round(String layer, String what, double[] values)
      throws ParameterException {
    float[] rounded = new float[values.length];
    for (int c = 0; c < values.length; c++) {
      rounded[c] = (float) values[c];
      if (!Float.isFinite(rounded[c])) {
        throw new ParameterException(
            layer + ": folded " + what + " " + values[c] + " of channel " + c + " leaves fp32");
      }
    }
    return rounded;
  }
}
