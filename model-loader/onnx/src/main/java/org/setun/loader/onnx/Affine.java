// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;

/**
 * A multiply-add per channel, {@code x * scale[c] + shift[c]}, or one for all channels; kept in
 * double until all that can be folded is folded.
 */
record Affine(double[] scale, double[] shift) {
  static Affine identity(int channels) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return new Affine(ones, new double[channels]);
  }

  static Affine constant(double value, int channels) {
    double[] shift = new double[channels];
    Arrays.fill(shift, value);
    return new Affine(new double[channels], shift);
  }

  static Affine constant(ScalarOp op, int channels) {
    double[] shift = new double[channels];
    Arrays.setAll(shift, op::constant);
    return new Affine(new double[channels], shift);
  }

  boolean isConstant() {
    return Arrays.stream(scale).allMatch(s -> s == 0);
  }

  boolean isIdentity() {
    return Arrays.stream(scale).allMatch(s -> s == 1) && Arrays.stream(shift).allMatch(s -> s == 0);
  }

  boolean isZero() {
    return isConstant() && Arrays.stream(shift).allMatch(s -> s == 0);
  }

  /** This, plus or minus another. */
  Affine plus(Affine other, int sign) {
    double[] scales = new double[scale.length];
    double[] shifts = new double[scale.length];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = scale[c] + sign * other.scale[c];
      shifts[c] = shift[c] + sign * other.shift[c];
    }
    return new Affine(scales, shifts);
  }

  /** The product with a constant; null if neither is one. */
  Affine times(Affine other) {
    if (!other.isConstant()) {
      return isConstant() ? other.times(this) : null;
    }
    double[] scales = new double[scale.length];
    double[] shifts = new double[scale.length];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = scale[c] * other.shift[c];
      shifts[c] = shift[c] * other.shift[c];
    }
    return new Affine(scales, shifts);
  }

  /** The quotient by a constant; null if that is none. */
  Affine over(Affine other) {
    if (!other.isConstant()) {
      return null;
    }
    double[] inverse = new double[scale.length];
    Arrays.setAll(inverse, c -> 1 / other.shift[c]);
    return times(new Affine(new double[scale.length], inverse));
  }

  /** The same for each channel, where it is one for all. */
  Affine expanded(int channels) {
    if (scale.length == channels) {
      return this;
    }
    double[] scales = new double[channels];
    double[] shifts = new double[channels];
    Arrays.fill(scales, scale[0]);
    Arrays.fill(shifts, shift[0]);
    return new Affine(scales, shifts);
  }

  /** This, and {@code next} on its result. */
  Affine then(Affine next) {
    double[] scales = new double[scale.length];
    double[] shifts = new double[scale.length];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = scale[c] * next.scale[c];
      shifts[c] = shift[c] * next.scale[c] + next.shift[c];
    }
    return new Affine(scales, shifts);
  }

  /** Rounded to fp32. */
  static float[] round(String what, double[] values) {
    float[] rounded = new float[values.length];
    for (int c = 0; c < values.length; c++) {
      rounded[c] = (float) values[c];
      if (!Float.isFinite(rounded[c])) {
        throw new IllegalArgumentException(
            "the folded " + what + " " + values[c] + " of channel " + c + " leaves fp32");
      }
    }
    return rounded;
  }
}
