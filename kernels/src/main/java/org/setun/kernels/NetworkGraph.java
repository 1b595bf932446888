// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a network computes: layers in an order in which every layer comes after those it reads. The
 * network's input is the value named {@value #INPUT}; its output is the value of the last layer. A
 * graph says nothing of how it is run, see {@link Network}.
 *
 * @since 0.1
 */
public final class NetworkGraph {
  /** Name of the value that holds the network's input. */
  public static final String INPUT = "input";

  private final Shape inputShape;
  private final List<Layer> layers;
  private final Map<String, Shape> shapes;

  /**
   * Checks the layers and infers the shape of every value.
   *
   * @param inputShape shape of one image
   * @param layers the layers, inputs before those that read them
   * @throws InvalidNetworkException if a name is used twice or unknown, or parameters do not fit
   *     the shape they meet; the message names the layer
   * @throws NullPointerException if a layer is {@code null}; the message names it, {@code
   *     layers[2]}
   */
  public NetworkGraph(Shape inputShape, List<Layer> layers) {
    Objects.requireNonNull(inputShape, "inputShape");
    Objects.requireNonNull(layers, "layers");
    for (int i = 0; i < layers.size(); i++) {
      Objects.requireNonNull(layers.get(i), "layers[" + i + "]");
    }
    this.inputShape = inputShape;
    this.layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new InvalidNetworkException("a network needs at least one layer");
    }
    Map<String, Shape> inferred = new LinkedHashMap<>();
    inferred.put(INPUT, inputShape);
    for (Layer layer : this.layers) {
      if (layer.inputs().isEmpty()) {
        throw new InvalidNetworkException("layer " + layer.name() + " reads nothing");
      }
      for (String name : layer.inputs()) {
        if (!inferred.containsKey(name)) {
          throw new InvalidNetworkException(
              "layer " + layer.name() + " reads '" + name + "', which no earlier layer produces");
        }
      }
      Shape shape;
      try {
        shape = layer.outputShape(layer.inputs().stream().map(inferred::get).toList());
      } catch (IllegalArgumentException e) {
        throw new InvalidNetworkException("layer " + layer.name() + ": " + e.getMessage(), e);
      }
      if (inferred.put(layer.name(), shape) != null) {
        throw new InvalidNetworkException("two values are named '" + layer.name() + "'");
      }
    }
    this.shapes = Collections.unmodifiableMap(inferred);
  }

  /** {@return the shape of one input image} */
  public Shape inputShape() {
    return inputShape;
  }

  /** {@return the shape of the output of one image} */
  public Shape outputShape() {
    return shapes.get(outputName());
  }

  /** {@return the name of the output value, the last layer's} */
  public String outputName() {
    return layers.getLast().name();
  }

  /** {@return the layers in order} */
  public List<Layer> layers() {
    return layers;
  }

  /** {@return the shape of every value by name, the input's first, in the order of the layers} */
  public Map<String, Shape> shapes() {
    return shapes;
  }

  /** Extents and layers, for messages. */
  @Override
  public String toString() {
    return "NetworkGraph of " + layers.size() + " layers, " + inputShape + " to " + outputShape();
  }
}
