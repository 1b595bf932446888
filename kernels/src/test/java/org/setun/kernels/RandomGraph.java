// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Graphs of random layers over random earlier values. Every second layer reads one of the last
 * three values, so that chains arise which can share a pass; the others read any value, so that
 * values live long and have several readers.
 */
final class RandomGraph {
  private static final int[] CHANNELS = {1, 3, 16, 31, 64, 65, 100, 128, 130};

  private final SplittableRandom random;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final List<Layer> layers = new ArrayList<>();

  private RandomGraph(SplittableRandom random) {
    this.random = random;
  }

  static NetworkGraph of(SplittableRandom random, int layers) {
    RandomGraph graph = new RandomGraph(random);
    Shape input =
        new Shape(
            CHANNELS[random.nextInt(CHANNELS.length)],
            1 + random.nextInt(7),
            1 + random.nextInt(7));
    graph.shapes.put(NetworkGraph.INPUT, input);
    while (graph.layers.size() < layers) {
      graph.append(graph.next("layer" + graph.layers.size()));
    }
    return new NetworkGraph(input, graph.layers);
  }

  private void append(Layer layer) {
    layers.add(layer);
    Shape input = shapes.get(NetworkGraph.INPUT);
    shapes.put(layer.name(), new NetworkGraph(input, layers).outputShape());
  }

  private Layer next(String name) {
    String in = pick();
    Shape shape = shapes.get(in);
    int channels = shape.channels();
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> ternary(name, in, anyWindow(shape), anyChannels());
      case 3, 4 -> residual(name, in);
      case 5 -> {
        Window window = anyWindow(shape);
        int outputs = anyChannels();
        int taps = channels * window.taps();
        if (random.nextBoolean()) {
          yield new Layer.TernaryWeightConvolution(
              name,
              in,
              window,
              RandomValues.kernel(
                  random, outputs, channels, window.kernelHeight(), window.kernelWidth()),
              RandomValues.floats(random, outputs, 2 / Math.sqrt(taps)),
              RandomValues.floats(random, outputs, 2 / Math.sqrt(taps)),
              RandomValues.floats(random, outputs, 0.5));
        }
        yield new Layer.Convolution(
            name,
            in,
            window,
            outputs,
            RandomValues.floats(random, outputs * taps, 2 / Math.sqrt(taps)),
            RandomValues.floats(random, outputs, 0.5));
      }
      case 6 ->
          new Layer.Affine(
              name,
              in,
              RandomValues.floats(random, channels, 1.2),
              RandomValues.floats(random, channels, 0.5));
      case 7, 8 -> new Layer.PRelu(name, in, RandomValues.floats(random, channels, 1));
      case 9 -> new Layer.MaxPool(name, in, poolWindow(shape));
      case 10 ->
          random.nextBoolean()
              ? new Layer.AveragePool(name, in, anyWindow(shape))
              : new Layer.AveragePool(name, in, poolWindow(shape), false);
      case 11 -> concat(name, in);
      case 12 -> {
        int outputs = anyChannels();
        yield new Layer.Linear(
            name,
            in,
            outputs,
            RandomValues.floats(random, outputs * shape.size(), 1 / Math.sqrt(shape.size())),
            RandomValues.floats(random, outputs, 0.5));
      }
      case 13 -> activation(name, in);
      case 14 -> shape.size() > 2000 ? activation(name, in) : new Layer.Flatten(name, in);
      case 15 -> {
        int[] selected = new int[anyChannels()];
        Arrays.setAll(selected, c -> random.nextInt(channels));
        yield new Layer.ChannelSelection(name, in, selected);
      }
      case 16 -> multiply(name, in);
      case 18 ->
          random.nextBoolean()
              ? new Layer.Softmax(name, in, random.nextBoolean())
              : new Layer.LocalResponseNormalization(
                  name, in, 1 + random.nextInt(7), 0.5f, 0.75f, 1);
      case 17 -> {
        Window window = anyWindow(shape);
        yield new Layer.DepthwiseConvolution(
            name,
            in,
            window,
            RandomValues.floats(random, channels * window.taps(), 1),
            RandomValues.floats(random, channels, 0.5));
      }
      default ->
          new Layer.ChannelPad(name, in, Math.max(channels, Math.min(anyChannels(), 2 * channels)));
    };
  }

  private int anyChannels() {
    return CHANNELS[random.nextInt(CHANNELS.length)];
  }

  private String pick() {
    List<String> names = List.copyOf(shapes.keySet());
    int reach = random.nextBoolean() ? Math.min(3, names.size()) : names.size();
    return names.get(names.size() - 1 - random.nextInt(reach));
  }

  /** Mostly the window of a residual network, which keeps the extents. */
  private Window anyWindow(Shape shape) {
    return random.nextInt(4) > 0
        ? Window.square(3, 1, 1)
        : RandomValues.window(random, shape, 3, 1);
  }

  private Window poolWindow(Shape shape) {
    return shape.height() > 1 && shape.width() > 1 && random.nextInt(3) == 0
        ? Window.square(2, 2, 0)
        : Window.square(3, 1 + random.nextInt(2), 1);
  }

  private Layer ternary(String name, String in, Window window, int outputs) {
    int channels = shapes.get(in).channels();
    TernaryKernel kernel =
        RandomValues.kernel(random, outputs, channels, window.kernelHeight(), window.kernelWidth());
    Thresholds thresholds =
        random.nextInt(3) > 0
            ? RandomValues.thresholds(random, channels)
            : Thresholds.plain(ActivationRule.BINARY, channels);
    double bound = 1 / Math.sqrt(channels * window.taps());
    float[] scale = RandomValues.floats(random, outputs, bound);
    float[] shift = RandomValues.floats(random, outputs, 0.5);
    return random.nextInt(3) > 0
        ? new Layer.TernaryConvolution(name, in, window, thresholds, kernel, scale, shift)
        : new Layer.AsymmetricTernaryConvolution(
            name,
            in,
            window,
            thresholds,
            kernel,
            scale,
            RandomValues.floats(random, outputs, bound),
            shift);
  }

  /**
   * An addition: of two values of one shape if there are such, else of a value and a ternary
   * convolution that is made to fit it.
   */
  private Layer residual(String name, String in) {
    Shape shape = shapes.get(in);
    List<String> alike =
        shapes.keySet().stream().filter(value -> shapes.get(value).equals(shape)).toList();
    String other = alike.get(random.nextInt(alike.size()));
    if (random.nextInt(3) > 0) {
      other = name + "-product";
      append(shortcutSource(other, in));
      if (!shapes.get(other).equals(shape)) {
        return new Layer.Add(name, other, shortcut(name, in, shapes.get(other)));
      }
    }
    return random.nextBoolean() ? new Layer.Add(name, in, other) : new Layer.Add(name, other, in);
  }

  private Layer shortcutSource(String name, String in) {
    Shape shape = shapes.get(in);
    boolean half = shape.height() > 1 && shape.width() > 1 && random.nextInt(3) == 0;
    Window window = half ? Window.square(2, 2, 0) : Window.square(3, 1, 1);
    int outputs = shape.channels() + random.nextInt(3) * (shape.channels() > 100 ? 0 : 32);
    return ternary(name, in, window, outputs);
  }

  /** Brings {@code in} to the given shape as STTN does: max pooling, then channels of zeros. */
  private String shortcut(String name, String in, Shape target) {
    String value = in;
    if (target.height() != shapes.get(in).height() || target.width() != shapes.get(in).width()) {
      append(new Layer.MaxPool(name + "-pool", value, Window.square(2, 2, 0)));
      value = name + "-pool";
    }
    if (target.channels() != shapes.get(value).channels()) {
      append(new Layer.ChannelPad(name + "-pad", value, target.channels()));
      value = name + "-pad";
    }
    return value;
  }

  private Layer concat(String name, String in) {
    Shape shape = shapes.get(in);
    List<String> parts = new ArrayList<>(List.of(in));
    for (String value : shapes.keySet()) {
      Shape other = shapes.get(value);
      if (parts.size() < 3
          && other.height() == shape.height()
          && other.width() == shape.width()
          && other.channels() <= 65
          && random.nextInt(3) == 0) {
        parts.add(value);
      }
    }
    return new Layer.Concat(name, parts);
  }

  private Layer activation(String name, String in) {
    ActivationFunction[] all = ActivationFunction.values();
    ActivationFunction function = all[random.nextInt(all.length)];
    float[] parameters =
        switch (function.parameters()) {
          case 1 -> new float[] {0.7f};
          case 2 -> new float[] {-0.3f, 0.9f};
          case 4 -> new float[] {0.125f, 1, -7, 8};
          default -> new float[0];
        };
    return new Layer.Activation(name, in, function, parameters);
  }

  /** By a value of the same shape, or by an average over all pixels, or by one channel. */
  private Layer multiply(String name, String in) {
    Shape shape = shapes.get(in);
    String factor = in;
    switch (random.nextInt(3)) {
      case 0 -> {
        factor = name + "-mean";
        Window all = new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0, 1, 1);
        append(new Layer.AveragePool(factor, in, all));
      }
      case 1 -> {
        factor = name + "-channel";
        append(new Layer.ChannelSelection(factor, in, new int[] {shape.channels() - 1}));
      }
      default -> {}
    }
    return new Layer.Multiply(name, in, factor);
  }
}
