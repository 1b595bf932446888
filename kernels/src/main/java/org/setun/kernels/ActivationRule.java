// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

/**
 * A rule that turns an fp32 activation into a trit: -1 below one bound, else 0 below the other,
 * else +1. NaN becomes +1 under every rule, and -0 is treated like 0.
 *
 * @since 0.1
 */
public enum ActivationRule {
  /** STTN's: below -0.5 → -1, below 0.5 → 0, else +1. */
  TERNARY(-0.5f, 0.5f),

  /** Two values: below 0 → -1, else +1. 0 becomes +1, as in most descriptions of binary nets. */
  BINARY(0, 0),

  /**
   * The sign as {@code torch.sign} computes it, which is what binary networks run as that are
   * trained in PyTorch: below 0 → -1, 0 → 0, above 0 → +1. Differs from {@link #BINARY} where an
   * activation is exactly 0.
   */
  SIGN(0, Float.MIN_VALUE);

  private final float low;
  private final float high;

  ActivationRule(float low, float high) {
    this.low = low;
    this.high = high;
  }

  /** {@return the bound below which the trit is -1} */
  public float low() {
    return low;
  }

  /** {@return the bound below which the trit is at most 0} */
  public float high() {
    return high;
  }
}
