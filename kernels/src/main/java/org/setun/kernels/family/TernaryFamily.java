// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Kernels of the ternary convolution that share a layout of values and a map of trits. Whatever the
 * family, results are equal to the bit: sums of trits are exact, and what follows them is defined
 * by {@link org.setun.kernels.op.Epilogue}.
 */
public interface TernaryFamily {
  /** Name, as {@code -Dsetun.family} pins it. */
  String name();

  /** Names of the kernels, for people to read. */
  List<String> kernels();

  /**
   * The cheapest way in which this family can run a convolution.
   *
   * @param spec the convolution
   * @param without names of kernels that failed their self-check
   * @return the offer, or empty if no kernel is left that can run it
   */
  Optional<Offer> offer(ConvolutionSpec spec, Set<String> without);

  /**
   * The arrays that grow with the convolution, those of the largest of the kernels. Must be the
   * same on every machine: a model that is refused here is refused everywhere.
   *
   * @param spec the convolution
   * @return what they hold and how many elements they have
   */
  List<ArrayExtent> arrays(ConvolutionSpec spec);
}
