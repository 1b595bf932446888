// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import org.setun.loader.method.TernaryWeights;

/**
 * What becomes of the sums under plus and minus weights, per output channel: {@code P * plus[o] - M
 * * minus[o] + shift[o]}; kept in double until all that can be folded is folded.
 */
record TwoScales(double[] plus, double[] minus, double[] shift) {
  /**
   * The scales of weights.
   *
   * @param bias one per output channel, null where there is none
   */
  static TwoScales of(TernaryWeights weights, float[] bias) {
    double[] shift = new double[weights.plusScale().length];
    if (bias != null) {
      Arrays.setAll(shift, o -> bias[o]);
    }
    return new TwoScales(weights.plusScale(), weights.minusScale(), shift);
  }

  /** These scales if an input trit stands for {@code level} instead of 1. */
  TwoScales withInputLevel(double level) {
    return new TwoScales(
        Arrays.stream(plus).map(scale -> scale * level).toArray(),
        Arrays.stream(minus).map(scale -> scale * level).toArray(),
        shift);
  }

  /** These, and a multiply-add on the result; its scale may turn the signs of both. */
  TwoScales then(Affine next) {
    Affine ofPlus = new Affine(plus, shift).then(next);
    Affine ofMinus = new Affine(minus, shift).then(next);
    return new TwoScales(ofPlus.scale(), ofMinus.scale(), ofPlus.shift());
  }

  float[] roundedPlus() {
    return Affine.round("scale of plus", plus);
  }

  float[] roundedMinus() {
    return Affine.round("scale of minus", minus);
  }

  float[] roundedShift() {
    return Affine.round("shift", shift);
  }
}
