package org.setun.loader.arch;

import java.util.Locale;
import java.util.Optional;
import org.setun.kernels.ActivationRule;

/**
 * What a ternary convolution makes of its input before it multiplies it with its weights.
 *
 * @since 0.1
 */
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
}
