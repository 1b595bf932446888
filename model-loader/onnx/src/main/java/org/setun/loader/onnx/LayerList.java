// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;

/** The layers made so far, each after those it reads and with a name of its own. */
final class LayerList {
  private final List<Layer> layers = new ArrayList<>();
  private final Set<String> names = new HashSet<>(Set.of(NetworkGraph.INPUT));
  private final Map<String, Integer> repeated = new HashMap<>();

  /** A name for the layer of a node: the node's, with a number where another layer has it. */
  String name(Node node) {
    return name(node.name().isEmpty() ? node.op() : node.name());
  }

  /** The wanted name, with a number where another layer has it. */
  String name(String wanted) {
    String name = wanted;
    while (!names.add(name)) {
      name = wanted + "#" + repeated.merge(wanted, 1, (old, one) -> old + one);
    }
    return name;
  }

  Source add(Layer layer, Shape shape) {
    layers.add(layer);
    return new Source(layer.name(), shape);
  }

  Source add(DeferredLayer deferred) {
    return add(deferred.toLayer(name(deferred.node())), deferred.shape());
  }

  /** The layers that a value depends on, its own last. */
  List<Layer> upTo(Source output) {
    Set<String> needed = new HashSet<>(Set.of(output.name()));
    List<Layer> kept = new ArrayList<>();
    for (Layer layer : layers.reversed()) {
      if (needed.contains(layer.name())) {
        needed.addAll(layer.inputs());
        kept.addFirst(layer);
      }
    }
    return kept;
  }
}
