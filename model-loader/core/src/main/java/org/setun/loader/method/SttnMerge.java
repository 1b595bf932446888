// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The merge of STTN: the sum of two binary kernels is one ternary kernel.
 *
 * <p>For latents {@code W1} and {@code W2}, clamped to [-1, 1], with n weights per output channel:
 *
 * <pre>{@code
 * α[o] = (Σ|W1[o]| + Σ|W2[o]|) / 2n
 * α·sign(W1) + α·sign(W2) = 2α · trit,   trit = (sign W1 + sign W2) / 2
 * }</pre>
 *
 * @since 0.1
 */
public final class SttnMerge {
  private SttnMerge() {}

  /**
   * Merges a latent pair.
   *
   * @param first W1
   * @param second W2, of the same extents
   * @param policy what to do with latents that are exactly 0
   * @return the trits and, per output channel, 2α
   * @throws MethodException if a latent is not finite, or is exactly 0 and refused
   * @throws IllegalArgumentException if the extents differ
   */
  public static TernaryWeights mergePair(LatentKernel first, LatentKernel second, ZeroPolicy policy)
      throws MethodException {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
    Objects.requireNonNull(policy, "policy");
    if (!first.hasExtentsOf(second)) {
      throw new IllegalArgumentException(
          "kernels " + first.name() + " and " + second.name() + " have different extents");
    }
    List<String> problems = new ArrayList<>();
    for (LatentKernel latent : List.of(first, second)) {
      KernelProblems.nonFinite(latent, problems);
      if (policy == ZeroPolicy.REFUSE) {
        KernelProblems.zeros(latent, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new MethodException(problems);
    }

    int n = first.weightsPerOutput();
    byte[] trits = new byte[first.values().length];
    double[] scale = new double[first.outputChannels()];
    for (int o = 0, i = 0; o < scale.length; o++) {
      double sum = 0;
      for (int end = i + n; i < end; i++) {
        float a = first.values()[i];
        float b = second.values()[i];
        sum += Math.min(Math.abs(a), 1f) + (double) Math.min(Math.abs(b), 1f);
        trits[i] = (byte) ((sign(a, policy) + sign(b, policy)) / 2);
      }
      scale[o] = sum / n; // 2α: the two halves of 2n cancel.
    }
    return new TernaryWeights(first.pack(trits), scale);
  }

  private static int sign(float latent, ZeroPolicy policy) {
    return latent == 0 ? policy.signOfZero() : (int) Math.signum(latent);
  }
}
