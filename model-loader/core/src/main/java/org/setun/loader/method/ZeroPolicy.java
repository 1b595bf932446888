// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

/**
 * What to do with a latent weight that is exactly 0. Its sign is 0, so the pair adds up to ±α: a
 * value that is not ternary.
 *
 * @since 0.1
 */
public enum ZeroPolicy {
  /** Report tensor, channel and count as an error. */
  REFUSE(0),
  /** Take the sign of the zero as +1. */
  PLUS(1),
  /** Take the sign of the zero as -1. */
  MINUS(-1);

  private final int signOfZero;

  ZeroPolicy(int signOfZero) {
    this.signOfZero = signOfZero;
  }

  /** The sign given to a zero; 0 for {@link #REFUSE}. */
  int signOfZero() {
    return signOfZero;
  }
}
