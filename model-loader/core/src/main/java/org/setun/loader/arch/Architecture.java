// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.arch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.layer.LayerSpec;

/**
 * A network without its parameters: layers, the keys they read, preprocessing and labels.
 *
 * @see ArchitectureReader
 * @since 0.1
 */
public final class Architecture {
  private final String name;
  private final Shape inputShape;
  private final Optional<Preprocessing> preprocessing;
  private final List<String> labels;
  private final List<LayerSpec> layers;
  private final Map<String, Shape> shapes;

  /**
   * Checks that the parts fit each other.
   *
   * @param name what the architecture is called
   * @param layers the layers, each after those it reads; the last one's value is the output. None
   *     where a model brings its own
   * @throws IllegalArgumentException if layers do not fit what they read, or preprocessing or
   *     labels the network; the message names the layer
   */
  Architecture(
      String name,
      Shape inputShape,
      Optional<Preprocessing> preprocessing,
      List<String> labels,
      List<LayerSpec> layers) {
    this.name = name;
    this.inputShape = inputShape;
    this.preprocessing = preprocessing;
    this.labels = List.copyOf(labels);
    this.layers = List.copyOf(layers);
    this.shapes = Collections.unmodifiableMap(shapes(inputShape, layers));
    if (!labels.isEmpty() && !layers.isEmpty()) {
      int outputs = shapes.get(layers.getLast().name()).size();
      if (labels.size() != outputs) {
        throw new IllegalArgumentException(labels.size() + " labels for " + outputs + " outputs");
      }
    }
    preprocessing.ifPresent(p -> p.checkFits(inputShape));
  }

  /** {@return what the architecture is called} */
  public String name() {
    return name;
  }

  /** {@return the shape of one input} */
  public Shape inputShape() {
    return inputShape;
  }

  /** {@return how an image becomes an input; empty where inputs are not images} */
  public Optional<Preprocessing> preprocessing() {
    return preprocessing;
  }

  /** {@return names of the classes in the order of the outputs; empty: they have numbers only} */
  public List<String> labels() {
    return labels;
  }

  /**
   * {@return the layers, each after those it reads; none where only the rest is said of an ONNX
   * model; for this module alone}
   */
  @SuppressWarnings("exports")
  public List<LayerSpec> layers() {
    return layers;
  }

  /**
   * The shape of every value.
   *
   * @return shapes by the name of the value, that of the input first
   */
  public Map<String, Shape> shapes() {
    return shapes;
  }

  private static Map<String, Shape> shapes(Shape inputShape, List<LayerSpec> layers) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(NetworkGraph.INPUT, inputShape);
    for (LayerSpec layer : layers) {
      addShape(layer, shapes);
    }
    return shapes;
  }

  /** Adds the shape of a layer's value to those of the values before it. */
  static void addShape(LayerSpec layer, Map<String, Shape> shapes) {
    String place = "layer " + layer.name() + ": ";
    for (String input : layer.inputs()) {
      if (!shapes.containsKey(input)) {
        throw new IllegalArgumentException(
            place + "reads '" + input + "', which no earlier layer produces");
      }
    }
    Shape shape;
    try {
      shape = layer.outputShape(layer.inputs().stream().map(shapes::get).toList());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(place + e.getMessage(), e);
    }
    if (shapes.put(layer.name(), shape) != null) {
      throw new IllegalArgumentException("two values are named '" + layer.name() + "'");
    }
  }

  /** Name, input and layers, for messages. */
  @Override
  public String toString() {
    return "Architecture " + name + ", " + inputShape + ", " + layers.size() + " layers";
  }
}
