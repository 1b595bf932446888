// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import java.util.SplittableRandom;

/** Which trits operands hold: sums at both ends, none, and what lies between. */
public enum Fill {
  RANDOM,
  PLUS,
  MINUS,
  ZERO;

  /** The next trit. */
  public int trit(SplittableRandom random) {
    return switch (this) {
      case RANDOM -> random.nextInt(3) - 1;
      case PLUS -> 1;
      case MINUS -> -1;
      case ZERO -> 0;
    };
  }
}
