// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.util.Objects;
import org.setun.kernels.TernaryKernel;

/**
 * How many weights of a ternary layer are 0.
 *
 * @param layer name of the layer
 * @param zeros weights that are 0
 * @param weights all weights
 * @since 0.1
 */
public record LayerZeros(String layer, long zeros, long weights) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public LayerZeros {
    Objects.requireNonNull(layer, "layer");
  }

  /** Counts the zeros of a layer's kernel. */
  static LayerZeros of(String layer, TernaryKernel kernel) {
    return new LayerZeros(layer, kernel.zeroCount(), kernel.tritCount());
  }

  /**
   * The share of zeros.
   *
   * @return 0 … 1
   */
  public double share() {
    return (double) zeros / weights;
  }
}
