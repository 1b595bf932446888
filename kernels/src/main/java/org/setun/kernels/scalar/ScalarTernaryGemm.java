// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.TernaryGemm;

/**
 * Gated xor, one result at a time: a product is nonzero where both trits are, and negative where
 * moreover the signs differ, so the sum is {@code popcount(nonzero) - 2 popcount(negative)}.
 */
public final class ScalarTernaryGemm implements TernaryGemm {
  @Override
  public String name() {
    return "gated-xor-1x1-scalar";
  }

  @Override
  public int pixels() {
    return 1;
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public int operations(int words, boolean popcountInstruction) {
    return 6 * words;
  }

  @Override
  public int registers() {
    return 0;
  }

  @Override
  public boolean alternatesSign() {
    return false;
  }

  @Override
  public void tile(
      long[] a,
      int aOffset,
      long[] w,
      int wOffset,
      int words,
      int[] counts,
      int cOffset,
      int stride) {
    int sum = 0;
    for (int k = 0; k < words; k++) {
      long nonzero = a[aOffset + 2 * k] & w[wOffset + 2 * k];
      long negative = nonzero & (a[aOffset + 2 * k + 1] ^ w[wOffset + 2 * k + 1]);
      sum += Long.bitCount(nonzero) - 2 * Long.bitCount(negative);
    }
    counts[cOffset] = sum;
  }
}
