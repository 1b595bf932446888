// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** fp32 layers alone: to the bit against the definition, and against sums in double. */
class FloatLayersTest {
  private static final int[] CHANNELS = {1, 3, 31, 32, 64, 65, 130};
  private static final int[] OUTPUTS = {1, 8, 10, 31, 64, 65};

  private final SplittableRandom random = new SplittableRandom(25);

  private Shape anyShape(int channels) {
    return new Shape(channels, 1 + random.nextInt(15), 1 + random.nextInt(17));
  }

  private void check(Shape shape, Layer layer) {
    NetworkGraph graph = new NetworkGraph(shape, List.of(layer));
    NetworkAssertions.assertComputes(graph, random, 1, shape + ", " + layer);
  }

  private Layer.Convolution convolution(Shape shape, Window window, int outputs) {
    return new Layer.Convolution(
        "conv",
        NetworkGraph.INPUT,
        window,
        outputs,
        RandomValues.floats(random, outputs * shape.channels() * window.taps(), 1),
        RandomValues.floats(random, outputs, 1));
  }

  @Test
  void convolutions() {
    for (int i = 0; i < 100; i++) {
      Shape shape = anyShape(CHANNELS[i % CHANNELS.length]);
      Window window = RandomValues.window(random, shape, 5, 3);
      check(shape, convolution(shape, window, OUTPUTS[random.nextInt(OUTPUTS.length)]));
    }
  }

  /**
   * Behind another layer: read in place where nothing is padded, in rows that end with a part of a
   * tile, and else copied.
   */
  @Test
  void convolutionsOfValues() {
    for (int i = 0; i < 120; i++) {
      Shape shape = new Shape(CHANNELS[i % CHANNELS.length], 3 + random.nextInt(5), 3 + i % 17);
      int kernel = 1 + random.nextInt(3);
      Window window = Window.square(kernel, 1 + random.nextInt(2), i % 3 == 0 ? 1 : 0);
      int outputs = OUTPUTS[random.nextInt(OUTPUTS.length)];
      NetworkGraph graph =
          new NetworkGraph(
              shape,
              List.of(
                  new Layer.PRelu("relu", NetworkGraph.INPUT, new float[shape.channels()]),
                  new Layer.Convolution(
                      "conv",
                      "relu",
                      window,
                      outputs,
                      RandomValues.floats(random, outputs * shape.channels() * window.taps(), 1),
                      RandomValues.floats(random, outputs, 1))));
      NetworkAssertions.assertComputes(graph, random, 2, shape + ", " + window);
    }
  }

  @Test
  void linears() {
    for (int outputs : OUTPUTS) {
      for (int channels : CHANNELS) {
        Shape shape = new Shape(channels, 1 + random.nextInt(3), 1 + random.nextInt(3));
        check(shape, linear(shape, outputs));
      }
    }
    for (int features : new int[] {63, 64, 65, 127, 128, 129, 1000}) {
      check(new Shape(features, 1, 1), linear(new Shape(features, 1, 1), 5));
    }
  }

  private Layer.Linear linear(Shape shape, int outputs) {
    return new Layer.Linear(
        "fc",
        NetworkGraph.INPUT,
        outputs,
        RandomValues.floats(random, outputs * shape.size(), 1),
        RandomValues.floats(random, outputs, 1));
  }

  /** A sum of n rounded products is off by at most n·2⁻²⁴ of the sum of their magnitudes. */
  @Test
  void convolutionsAndLinearsAreCloseToSumsInDouble() {
    Shape shape = new Shape(65, 3, 3);
    Layer.Convolution conv = convolution(shape, Window.square(3, 1, 0), 33);
    Layer.Linear linear = linear(shape, 33);
    checkSums(shape, conv, conv.weights(), conv.bias());
    checkSums(shape, linear, linear.weights(), linear.bias());
  }

  /** Sums of 64 features each are nearer to the exact sum than one over all features. */
  @Test
  void linearsOfManyFeaturesAreCloser() {
    Shape shape = new Shape(4096, 1, 1);
    Layer.Linear linear = linear(shape, 65);
    float[] image = RandomValues.floats(random, shape.size(), 2);
    for (Kernels kernels : TestRun.kernels()) {
      NetworkGraph graph = new NetworkGraph(shape, List.of(linear));
      float[] actual = Network.compile(graph, kernels).session().run(image);
      double squares = 0;
      double squaresOfOneSum = 0;
      for (int o = 0; o < actual.length; o++) {
        double exact = linear.bias()[o];
        float oneSum = linear.bias()[o];
        for (int f = 0; f < image.length; f++) {
          float weight = linear.weights()[o * image.length + f];
          exact += (double) image[f] * weight;
          oneSum = Math.fma(image[f], weight, oneSum);
        }
        squares += Math.pow(actual[o] - exact, 2);
        squaresOfOneSum += Math.pow(oneSum - exact, 2);
      }
      assertTrue(16 * squares < squaresOfOneSum, Math.sqrt(squaresOfOneSum / squares) + " times");
    }
  }

  /** A window as large as the map is a matrix product too, with features in the same order. */
  private void checkSums(Shape shape, Layer layer, float[] weights, float[] bias) {
    float[] image = RandomValues.floats(random, shape.size(), 2);
    for (Kernels kernels : TestRun.kernels()) {
      NetworkGraph graph = new NetworkGraph(shape, List.of(layer));
      float[] actual = Network.compile(graph, kernels).session().run(image);
      for (int o = 0; o < bias.length; o++) {
        double sum = bias[o];
        double magnitude = Math.abs(sum);
        for (int f = 0; f < image.length; f++) {
          sum += (double) image[f] * weights[o * image.length + f];
          magnitude += Math.abs((double) image[f] * weights[o * image.length + f]);
        }
        double tolerance = (image.length + 1) * 0x1p-24 * magnitude;
        assertEquals(sum, actual[o], tolerance, kernels.implementation() + " " + layer.name());
      }
    }
  }

  @Test
  void maxPools() {
    for (int i = 0; i < 150; i++) {
      Shape shape = anyShape(CHANNELS[i % CHANNELS.length]);
      Window window = RandomValues.window(random, shape, 4, 3);
      if (!liesInPadding(window)) {
        check(shape, new Layer.MaxPool("pool", NetworkGraph.INPUT, window));
      }
    }
  }

  private static boolean liesInPadding(Window window) {
    return Math.max(window.padTop(), window.padBottom()) >= window.reachHeight()
        || Math.max(window.padLeft(), window.padRight()) >= window.reachWidth();
  }

  @Test
  void averagePools() {
    for (int i = 0; i < 150; i++) {
      Shape shape = anyShape(CHANNELS[i % CHANNELS.length]);
      Window window = RandomValues.window(random, shape, 4, 3);
      check(shape, new Layer.AveragePool("pool", NetworkGraph.INPUT, window));
    }
  }

  @Test
  void layersByChannel() {
    String in = NetworkGraph.INPUT;
    for (int channels : CHANNELS) {
      Shape shape = anyShape(channels);
      float[] scale = RandomValues.floats(random, channels, 2);
      float[] shift = RandomValues.floats(random, channels, 2);
      check(shape, new Layer.Affine("affine", in, scale, shift));
      check(shape, new Layer.PRelu("prelu", in, scale));
      check(shape, new Layer.Add("add", in, in));
      for (int more : new int[] {0, 1, 31, 64, 100}) {
        check(shape, new Layer.ChannelPad("pad", in, channels + more));
      }
    }
  }

  @Test
  void concatenations() {
    for (int i = 0; i < 30; i++) {
      Shape shape = anyShape(CHANNELS[i % CHANNELS.length]);
      List<String> parts = new ArrayList<>(List.of(NetworkGraph.INPUT));
      while (parts.size() < 1 + i % 4) {
        parts.add(random.nextBoolean() ? NetworkGraph.INPUT : "doubled");
      }
      NetworkGraph graph =
          new NetworkGraph(
              shape,
              List.of(
                  new Layer.Add("doubled", NetworkGraph.INPUT, NetworkGraph.INPUT),
                  new Layer.Concat("concat", parts)));
      NetworkAssertions.assertComputes(graph, random, shape + " " + parts);
    }
  }

  /** NaN and infinities take the same way on all kernels. */
  @Test
  void valuesThatAreNotFinite() {
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 0f, 1e-45f};
    Shape shape = new Shape(65, 5, 5);
    float[] image = RandomValues.floats(random, shape.size(), 2);
    for (int i = 0; i < image.length; i += 7) {
      image[i] = odd[i / 7 % odd.length];
    }
    Window window = Window.square(3, 2, 1);
    List<Layer> layers =
        List.of(
            convolution(shape, window, 33),
            linear(shape, 33),
            new Layer.MaxPool("max", NetworkGraph.INPUT, window),
            new Layer.AveragePool("mean", NetworkGraph.INPUT, window),
            new Layer.PRelu("prelu", NetworkGraph.INPUT, RandomValues.floats(random, 65, 1)),
            new Layer.Add("add", NetworkGraph.INPUT, NetworkGraph.INPUT),
            new Layer.ChannelPad("pad", NetworkGraph.INPUT, 70),
            new Layer.TernaryConvolution(
                "ternary",
                NetworkGraph.INPUT,
                window,
                RandomValues.thresholds(random, 65),
                RandomValues.kernel(random, 33, 65, 3, 3),
                RandomValues.floats(random, 33, 1),
                RandomValues.floats(random, 33, 1)));
    for (Layer layer : layers) {
      NetworkGraph graph = new NetworkGraph(shape, List.of(layer));
      for (Kernels kernels : TestRun.kernels()) {
        float[] actual = Network.compile(graph, kernels).session().run(image);
        String what = layer.name() + " " + kernels.implementation();
        NetworkAssertions.assertBits(PlainNetwork.run(graph, image), actual, what);
      }
    }
  }
}
