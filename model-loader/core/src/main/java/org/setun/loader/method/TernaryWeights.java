// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.Arrays;
import java.util.Objects;
import org.setun.kernels.TernaryKernel;

/**
 * Trits and what they stand for: in output channel {@code o}, +1 is {@code plusScale[o]} and -1 is
 * {@code -minusScale[o]}.
 *
 * <p>The arrays are shared, not copied; they must not change once handed over.
 *
 * @param kernel the trits
 * @param plusScale what +1 stands for, one per output channel
 * @param minusScale what -1 stands for, its sign left out, one per output channel
 * @since 0.1
 */
public record TernaryWeights(TernaryKernel kernel, double[] plusScale, double[] minusScale) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public TernaryWeights {
    Objects.requireNonNull(kernel, "kernel");
    Objects.requireNonNull(plusScale, "plusScale");
    Objects.requireNonNull(minusScale, "minusScale");
  }

  /**
   * Weights whose plus and minus share a scale.
   *
   * @param kernel the trits
   * @param scale magnitude of a nonzero weight, one per output channel
   */
  public TernaryWeights(TernaryKernel kernel, double[] scale) {
    this(kernel, scale, scale);
  }

  /**
   * Whether plus and minus share a scale in every channel.
   *
   * @return true if so
   */
  public boolean hasOneScale() {
    return Arrays.equals(plusScale, minusScale);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TernaryWeights weights
        && kernel.equals(weights.kernel)
        && Arrays.equals(plusScale, weights.plusScale)
        && Arrays.equals(minusScale, weights.minusScale);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kernel, Arrays.hashCode(plusScale), Arrays.hashCode(minusScale));
  }

  /** The kernel's extents, for messages. */
  @Override
  public String toString() {
    return "TernaryWeights of " + kernel + (hasOneScale() ? ", one scale" : ", two scales");
  }
}
