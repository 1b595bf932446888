// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Locale;
import java.util.Optional;
import org.setun.kernels.ActivationRule;

/** What a ternary convolution makes of its input before it multiplies it with its weights. */
public enum Activations {
  /** Trits by STTN's rule: below -0.5 → -1, below 0.5 → 0, else +1. */
  TERNARY(ActivationRule.TERNARY),
  /** Below 0 → -1, else +1. */
  BINARY(ActivationRule.BINARY),
  /** As {@code torch.sign}: like {@link #BINARY}, but 0 stays 0. */
  SIGN(ActivationRule.SIGN),
  /** Nothing: fp32 values. */
  FLOAT(null);

  private final ActivationRule rule;

  Activations(ActivationRule rule) {
    this.rule = rule;
  }

  /**
   * The name in descriptions.
   *
   * @return the constant's name in lower case
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The rule that makes trits of fp32 values.
   *
   * @return the rule; empty for {@link #FLOAT}
   */
  public Optional<ActivationRule> rule() {
    return Optional.ofNullable(rule);
  }

  /**
   * What becomes of a value.
   *
   * @param x the value
   * @return the trit, or the value
   */
  double apply(double x) {
    return switch (this) {
      case TERNARY -> x < -0.5 ? -1 : x < 0.5 ? 0 : 1;
      case BINARY -> x < 0 ? -1 : 1;
      case SIGN -> x < 0 ? -1 : x == 0 ? 0 : 1;
      case FLOAT -> x;
    };
  }

  /**
   * How far trits may move.
   *
   * @param in what they are made of
   * @param reach how far each value of that may move
   * @return a bound for each
   */
  Value turning(Value in, Value reach) {
    boolean ternary = this == TERNARY;
    float threshold = ternary ? 0.5f : 0;
    Value turning = Value.zeros(in.shape());
    for (int i = 0; i < turning.data().length; i++) {
      float far = reach.data()[i];
      if (Math.abs(Math.abs(in.data()[i]) - threshold) <= far) {
        // A trit turns by 2 where two thresholds are one, or if its input can cross both.
        turning.data()[i] = !ternary || far >= 1 ? 2 : 1;
      }
    }
    return turning;
  }
}
