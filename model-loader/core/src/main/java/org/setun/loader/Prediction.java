// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import java.util.Objects;

/**
 * One class an image may belong to.
 *
 * @param index number of the class
 * @param label its name, or its number where the model has no labels
 * @param logit the network's output
 * @param probability softmax over all outputs, 0 … 1
 * @since 0.1
 */
public record Prediction(int index, String label, float logit, double probability) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public Prediction {
    Objects.requireNonNull(label, "label");
  }
}
