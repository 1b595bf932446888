package org.setun.loader.arch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.image.Preprocessing;

/**
 * A network without its parameters: layers, the keys they read, preprocessing and labels.
 *
 * @param name what the architecture is called
 * @param inputShape shape of one input
 * @param preprocessing how an image becomes an input; empty where inputs are not images
 * @param labels names of the classes in the order of the outputs; empty: they have numbers only
 * @param layers the layers, each after those it reads; the last one's value is the output
 * @see ArchitectureReader
 * @since 0.1
 */
public record Architecture(
    String name,
    Shape inputShape,
    Optional<Preprocessing> preprocessing,
    List<String> labels,
    List<LayerSpec> layers) {

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException if layers do not fit what they read, or preprocessing or
   *     labels the network; the message names the layer
   */
  public Architecture {
    labels = List.copyOf(labels);
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("there are no layers");
    }
    Shape output = shapes(inputShape, layers).get(layers.getLast().name());
    if (!labels.isEmpty() && labels.size() != output.size()) {
      throw new IllegalArgumentException(
          labels.size() + " labels for " + output.size() + " outputs");
    }
    preprocessing.ifPresent(p -> p.checkFits(inputShape));
  }

  /**
   * Infers the shape of every value.
   *
   * @return shapes by the name of the value, that of the input first
   */
  public Map<String, Shape> shapes() {
    return shapes(inputShape, layers);
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
}
