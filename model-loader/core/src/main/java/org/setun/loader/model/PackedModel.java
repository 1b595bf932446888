// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.NetworkLimits;
import org.setun.loader.image.Preprocessing;

/**
 * A network with merged and folded parameters, and what is known of it: the content of a {@code
 * .setun} file.
 *
 * @param architecture name of the architecture
 * @param method how the weights were made ternary, and what the checkpoint held, such as {@code
 *     sttn (16 pairs of latent kernels)}
 * @param source the checkpoint it was made from
 * @param preprocessing how an image becomes an input; empty where inputs are not images
 * @param labels names of the classes in the order of the outputs; empty: they have numbers only
 * @param graph the network
 * @since 0.1
 */
public record PackedModel(
    String architecture,
    String method,
    Source source,
    Optional<Preprocessing> preprocessing,
    List<String> labels,
    NetworkGraph graph) {

  /**
   * Checks that the parts fit each other, and that the network's arrays are of a sane size.
   *
   * @throws IllegalArgumentException if labels or preprocessing do not fit the network, or an array
   *     would have more than 2<sup>28</sup> elements; {@code model-loader/PACKED-MODEL.md} says how
   *     they are counted
   */
  public PackedModel {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(graph, "graph");
    NetworkLimits.check(graph);
    labels = List.copyOf(labels);
    int outputs = graph.outputShape().size();
    if (!labels.isEmpty() && labels.size() != outputs) {
      throw new IllegalArgumentException(labels.size() + " labels for " + outputs + " outputs");
    }
    preprocessing.ifPresent(p -> p.checkFits(graph.inputShape()));
  }

  /**
   * The share of zeros in every ternary layer.
   *
   * @return one entry per ternary layer, in their order
   */
  public List<LayerZeros> zeros() {
    List<LayerZeros> zeros = new ArrayList<>();
    for (Layer layer : graph.layers()) {
      switch (layer) {
        case Layer.TritConvolution l -> zeros.add(LayerZeros.of(l.name(), l.kernel()));
        case Layer.TernaryWeightConvolution l -> zeros.add(LayerZeros.of(l.name(), l.kernel()));
        default -> {}
      }
    }
    return zeros;
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
