package org.setun.kernels;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.setun.kernels.Layer.Activation;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Layer.Affine;
import org.setun.kernels.Layer.AsymmetricTernaryConvolution;
import org.setun.kernels.Layer.AveragePool;
import org.setun.kernels.Layer.ChannelPad;
import org.setun.kernels.Layer.ChannelSelection;
import org.setun.kernels.Layer.Concat;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Layer.DepthwiseConvolution;
import org.setun.kernels.Layer.Flatten;
import org.setun.kernels.Layer.Linear;
import org.setun.kernels.Layer.LocalResponseNormalization;
import org.setun.kernels.Layer.MaxPool;
import org.setun.kernels.Layer.Multiply;
import org.setun.kernels.Layer.PRelu;
import org.setun.kernels.Layer.Softmax;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.Layer.TernaryWeightConvolution;
import org.setun.kernels.Layer.TritConvolution;

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
   */
  public NetworkGraph(Shape inputShape, List<Layer> layers) {
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
        shape = outputShape(layer, inferred);
      } catch (InvalidNetworkException e) {
        throw e;
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

  private static Shape outputShape(Layer layer, Map<String, Shape> shapes) {
    Shape in = shapes.get(layer.inputs().getFirst());
    return switch (layer) {
      case Convolution l -> {
        long weights = (long) l.outputChannels() * in.channels() * l.window().taps();
        expect(layer, "weights", l.weights().length, weights);
        expect(layer, "biases", l.bias().length, l.outputChannels());
        yield l.window().outputShape(in, l.outputChannels());
      }
      case TernaryConvolution l -> {
        expect(layer, "scales", l.scale().length, l.kernel().outputChannels());
        yield tritConvolution(l, in);
      }
      case AsymmetricTernaryConvolution l -> {
        expectScales(layer, l.kernel(), l.plusScale(), l.minusScale());
        yield tritConvolution(l, in);
      }
      case TernaryWeightConvolution l -> {
        expectScales(layer, l.kernel(), l.plusScale(), l.minusScale());
        expect(layer, "biases", l.bias().length, l.kernel().outputChannels());
        yield convolved(layer, l.kernel(), l.window(), in);
      }
      case Affine l -> {
        expect(layer, "scales", l.scale().length, in.channels());
        expect(layer, "shifts", l.shift().length, in.channels());
        yield in;
      }
      case PRelu l -> {
        expect(layer, "slopes", l.slope().length, in.channels());
        yield in;
      }
      case MaxPool l -> {
        requireTapInside(l.window());
        yield l.window().outputShape(in, in.channels());
      }
      case AveragePool l -> {
        if (!l.countPadding()) {
          requireTapInside(l.window());
        }
        yield l.window().outputShape(in, in.channels());
      }
      case Add l -> {
        Shape right = shapes.get(l.right());
        if (!in.equals(right)) {
          throw new IllegalArgumentException(
              "cannot add '" + l.left() + "' (" + in + ") and '" + l.right() + "' (" + right + ")");
        }
        yield in;
      }
      case Concat l -> {
        int channels = 0;
        for (String name : l.inputs()) {
          Shape part = shapes.get(name);
          if (part.height() != in.height() || part.width() != in.width()) {
            throw new IllegalArgumentException(
                "'" + name + "' (" + part + ") differs from " + in + " in height or width");
          }
          channels = Math.addExact(channels, part.channels());
        }
        yield new Shape(channels, in.height(), in.width());
      }
      case ChannelPad l -> {
        if (l.channels() < in.channels()) {
          throw new IllegalArgumentException(
              "cannot pad " + in.channels() + " channels to " + l.channels());
        }
        yield new Shape(l.channels(), in.height(), in.width());
      }
      case Activation l -> {
        expect(layer, "parameters", l.parameters().length, l.function().parameters());
        yield in;
      }
      case Softmax _ -> in;
      case LocalResponseNormalization l -> {
        if (l.size() < 1) {
          throw new IllegalArgumentException("a sum over " + l.size() + " channels");
        }
        yield in;
      }
      case Flatten _ -> new Shape(in.size(), 1, 1);
      case ChannelSelection l -> {
        for (int channel : l.channels()) {
          if (channel < 0 || channel >= in.channels()) {
            throw new IllegalArgumentException(
                "selects channel " + channel + " of " + in.channels());
          }
        }
        yield new Shape(l.channels().length, in.height(), in.width());
      }
      case Multiply l -> {
        Shape right = shapes.get(l.right());
        Shape perChannel = new Shape(in.channels(), 1, 1);
        Shape perPixel = new Shape(1, in.height(), in.width());
        if (!right.equals(in) && !right.equals(perChannel) && !right.equals(perPixel)) {
          throw new IllegalArgumentException(
              "cannot multiply '"
                  + l.left()
                  + "' ("
                  + in
                  + ") by '"
                  + l.right()
                  + "' ("
                  + right
                  + ")");
        }
        yield in;
      }
      case DepthwiseConvolution l -> {
        expect(layer, "weights", l.weights().length, (long) in.channels() * l.window().taps());
        expect(layer, "biases", l.bias().length, in.channels());
        yield l.window().outputShape(in, in.channels());
      }
      case Linear l -> {
        expect(layer, "weights", l.weights().length, (long) l.outputs() * in.size());
        expect(layer, "biases", l.bias().length, l.outputs());
        yield new Shape(l.outputs(), 1, 1);
      }
    };
  }

  private static void requireTapInside(Window window) {
    if (window.padTop() >= window.reachHeight()
        || window.padBottom() >= window.reachHeight()
        || window.padLeft() >= window.reachWidth()
        || window.padRight() >= window.reachWidth()) {
      throw new IllegalArgumentException("a window could lie wholly in the padding");
    }
  }

  private static Shape tritConvolution(TritConvolution layer, Shape in) {
    expect(layer, "thresholds", layer.thresholds().channels(), in.channels());
    expect(layer, "shifts", layer.shift().length, layer.kernel().outputChannels());
    return convolved(layer, layer.kernel(), layer.window(), in);
  }

  private static Shape convolved(Layer layer, TernaryKernel kernel, Window window, Shape in) {
    expect(layer, "input channels of the kernel", kernel.inputChannels(), in.channels());
    expect(layer, "kernel rows", kernel.kernelHeight(), window.kernelHeight());
    expect(layer, "kernel columns", kernel.kernelWidth(), window.kernelWidth());
    return window.outputShape(in, kernel.outputChannels());
  }

  private static void expectScales(
      Layer layer, TernaryKernel kernel, float[] plusScale, float[] minusScale) {
    expect(layer, "scales of plus", plusScale.length, kernel.outputChannels());
    expect(layer, "scales of minus", minusScale.length, kernel.outputChannels());
  }

  private static void expect(Layer layer, String what, long actual, long expected) {
    if (actual != expected) {
      throw new InvalidNetworkException(
          "layer "
              + layer.name()
              + ": "
              + actual
              + " "
              + what
              + " where "
              + expected
              + " are needed");
    }
  }
}
