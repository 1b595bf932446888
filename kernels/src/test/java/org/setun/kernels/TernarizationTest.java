// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thresholds as the kernels apply them, seen through a ternary convolution with the identity. */
class TernarizationTest {
  /** The floats at which a rule can go wrong. */
  private static List<Float> edges(Thresholds thresholds, int channel) {
    List<Float> edges =
        new ArrayList<>(
            List.of(
                Float.NaN,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                0f,
                -0f,
                Float.MIN_VALUE,
                -Float.MIN_VALUE,
                Float.MAX_VALUE,
                -Float.MAX_VALUE));
    for (float bound : new float[] {thresholds.low()[channel], thresholds.high()[channel]}) {
      for (float x : new float[] {bound, -bound}) {
        edges.addAll(List.of(x, Math.nextUp(x), Math.nextDown(x)));
      }
    }
    return edges;
  }

  private static NetworkGraph identity(Thresholds thresholds, Shape shape) {
    int channels = shape.channels();
    byte[] trits = new byte[channels * channels];
    for (int c = 0; c < channels; c++) {
      trits[c * channels + c] = 1;
    }
    return new NetworkGraph(
        shape,
        List.of(
            new Layer.TernaryConvolution(
                "trits",
                NetworkGraph.INPUT,
                Window.square(1, 1, 0),
                thresholds,
                TernaryKernel.ofTrits(trits, channels, channels, 1, 1),
                RandomValues.constant(channels, 1),
                new float[channels])));
  }

  private static void check(Thresholds thresholds) {
    int pixels = edges(thresholds, 0).size();
    Shape shape = new Shape(thresholds.channels(), 1, pixels);
    float[] image = new float[shape.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = edges(thresholds, i / pixels).get(i % pixels);
    }
    for (Kernels kernels : TestRun.kernels()) {
      float[] trits = Network.compile(identity(thresholds, shape), kernels).session().run(image);
      for (int i = 0; i < trits.length; i++) {
        int expected = PlainNetwork.trit(thresholds, i / pixels, image[i]);
        assertEquals(expected, trits[i], kernels.implementation() + ", x = " + image[i]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRule(ActivationRule rule) {
    check(Thresholds.plain(rule, 130));
  }

  @Test
  void boundsOfEveryChannelAndBothOrders() {
    check(RandomValues.thresholds(new SplittableRandom(3), 130));
  }

  /** Infinite bounds make constants, equal ones make binary activations. */
  @Test
  void degenerateBounds() {
    float[] low = new float[65];
    float[] high = new float[65];
    boolean[] negated = new boolean[65];
    float[][] pairs = {
      {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY},
      {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY},
      {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY},
      {0, 0},
      {-0f, 0},
      {Float.MIN_VALUE, Float.MAX_VALUE}
    };
    for (int c = 0; c < 65; c++) {
      low[c] = pairs[c % pairs.length][0];
      high[c] = pairs[c % pairs.length][1];
      negated[c] = c % 4 == 0;
    }
    check(new Thresholds(low, high, negated));
  }

  @Test
  void notANumberIsPlusOne() {
    Thresholds plain = Thresholds.plain(1);
    NetworkGraph graph = identity(plain, new Shape(1, 1, 1));
    for (Kernels kernels : TestRun.kernels()) {
      Session session = Network.compile(graph, kernels).session();
      assertEquals(1, session.run(new float[] {Float.NaN})[0], kernels.implementation());
    }
  }
}
