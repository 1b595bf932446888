// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;

/**
 * What is known of a model beside its network: a {@link PackedModel} without the weights.
 *
 * @param architecture name of the architecture
 * @param method how the weights were made ternary: {@code sttn}
 * @param source the checkpoint it was made from
 * @param preprocessing how an image becomes an input; empty where inputs are not images
 * @param labels names of the classes in the order of the outputs; empty: they have numbers only
 * @since 0.1
 */
public record ModelInfo(
    String architecture,
    String method,
    Source source,
    Optional<Preprocessing> preprocessing,
    List<String> labels) {

  /** Makes the list of labels unmodifiable. */
  public ModelInfo {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(labels, "labels");
    labels = List.copyOf(labels);
  }

  /** What is to be kept of a model once its network is compiled. */
  static ModelInfo of(PackedModel model) {
    return new ModelInfo(
        model.architecture(),
        model.method(),
        model.source(),
        model.preprocessing(),
        model.labels());
  }

  /**
   * The name of a class.
   *
   * @param index number of the output
   * @return its label, or its number where the model has no labels
   */
  public String label(int index) {
    return labels.isEmpty() ? Integer.toString(index) : labels.get(index);
  }
}
