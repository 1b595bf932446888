// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Plus and minus weights with scales of their own: at the edges of words, vectors and tiles, with
 * extreme operands, before and after C2 has compiled the kernels.
 */
class AsymmetricTernaryConvolutionTest {
  private static final int[] CHANNELS = {1, 31, 63, 64, 65, 128, 129};
  private static final int[] OUTPUTS = {1, 7, 8, 9, 63, 64, 65, 130};

  private final SplittableRandom random = new SplittableRandom(2187);

  private Layer layer(Window window, Thresholds thresholds, TernaryKernel kernel) {
    int outputs = kernel.outputChannels();
    return new Layer.AsymmetricTernaryConvolution(
        "two-scales",
        NetworkGraph.INPUT,
        window,
        thresholds,
        kernel,
        RandomValues.floats(random, outputs, 1),
        RandomValues.floats(random, outputs, 1),
        RandomValues.floats(random, outputs, 1));
  }

  @ParameterizedTest
  @EnumSource
  void blockEdges(ActivationRule rule) {
    for (int channels : CHANNELS) {
      for (int outputs : OUTPUTS) {
        Shape shape = new Shape(channels, 1 + random.nextInt(3), 1 + random.nextInt(15));
        TernaryKernel kernel = RandomValues.kernel(random, outputs, channels, 3, 3);
        Layer layer = layer(Window.square(3, 1, 1), Thresholds.plain(rule, channels), kernel);
        NetworkAssertions.assertComputes(
            new NetworkGraph(shape, List.of(layer)), random, 1, shape + " to " + outputs);
      }
    }
  }

  /** Counts at their extremes: all activations of one sign, and all weights. */
  @Test
  void allExtreme() {
    Shape shape = new Shape(130, 4, 9);
    for (int trit = -1; trit <= 1; trit++) {
      byte[] trits = new byte[65 * 130 * 9];
      Arrays.fill(trits, (byte) trit);
      TernaryKernel kernel = TernaryKernel.ofTrits(trits, 65, 130, 3, 3);
      NetworkGraph graph =
          new NetworkGraph(
              shape, List.of(layer(Window.square(3, 1, 1), Thresholds.plain(130), kernel)));
      for (float x : new float[] {-1, 0, 1, Float.NaN, Float.NEGATIVE_INFINITY}) {
        float[] image = RandomValues.constant(shape.size(), x);
        float[] expected = PlainNetwork.run(graph, image);
        for (Kernels kernels : TestRun.kernels()) {
          float[] actual = Network.compile(graph, kernels).session().run(image);
          String what = kernels.implementation() + ", weights " + trit + ", x = " + x;
          NetworkAssertions.assertBits(expected, actual, what);
        }
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @Test
  void onceCompiled() {
    Shape shape = new Shape(65, 6, 9);
    TernaryKernel kernel = RandomValues.kernel(random, 65, 65, 3, 3);
    Layer product = layer(Window.square(3, 1, 1), Thresholds.plain(65), kernel);
    Layer sum = new Layer.Add("sum", "two-scales", NetworkGraph.INPUT);
    Layer prelu = new Layer.PRelu("relu", "sum", RandomValues.floats(random, 65, 1));
    for (List<Layer> layers : List.of(List.of(product), List.of(product, sum, prelu))) {
      NetworkGraph graph = new NetworkGraph(shape, layers);
      float[] image = RandomValues.floats(random, shape.size(), 2);
      float[] expected = PlainNetwork.run(graph, image);
      for (Kernels kernels : TestRun.kernels()) {
        Session session = Network.compile(graph, kernels).session();
        float[] output = new float[expected.length];
        for (int run = 0; run < 2_000; run++) {
          session.run(image, output, 1); // 30 vectors of channels each: 60,000 calls
        }
        NetworkAssertions.assertBits(expected, output, kernels.implementation());
      }
    }
  }
}
