// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;
import java.util.SplittableRandom;

/** A small network in which every kind of layer occurs, shared passes and lone ones. */
final class TestNetwork {
  private static final Window SAME = Window.square(3, 1, 1);

  private TestNetwork() {}

  static NetworkGraph graph() {
    SplittableRandom random = new SplittableRandom(81);
    float[] slope = RandomValues.floats(random, 64, 1);
    float[] wideSlope = RandomValues.floats(random, 130, 1);
    return new NetworkGraph(
        new Shape(3, 20, 16),
        List.of(
            new Layer.Convolution(
                "stem",
                NetworkGraph.INPUT,
                SAME,
                64,
                RandomValues.floats(random, 64 * 3 * 9, 0.4),
                new float[64]),
            new Layer.Affine("bn", "stem", slope, slope),
            new Layer.PRelu("relu", "bn", slope),
            new Layer.MaxPool("pool", "relu", Window.square(3, 2, 1)),
            new Layer.TernaryConvolution(
                "a",
                "pool",
                SAME,
                RandomValues.thresholds(random, 64),
                RandomValues.kernel(random, 64, 64, 3, 3),
                RandomValues.floats(random, 64, 0.1),
                RandomValues.floats(random, 64, 0.5)),
            new Layer.Add("a-sum", "a", "pool"),
            new Layer.PRelu("a-relu", "a-sum", slope),
            new Layer.AsymmetricTernaryConvolution(
                "b",
                "a-relu",
                Window.square(3, 2, 1),
                RandomValues.thresholds(random, 64),
                RandomValues.kernel(random, 130, 64, 3, 3),
                RandomValues.floats(random, 130, 0.1),
                RandomValues.floats(random, 130, 0.1),
                RandomValues.floats(random, 130, 0.5)),
            new Layer.MaxPool("b-pool", "a-relu", Window.square(2, 2, 0)),
            new Layer.ChannelPad("b-pad", "b-pool", 130),
            new Layer.Add("b-sum", "b", "b-pad"),
            new Layer.PRelu("b-relu", "b-sum", wideSlope),
            new Layer.TernaryWeightConvolution(
                "b-mix",
                "b-relu",
                Window.square(1, 1, 0),
                RandomValues.kernel(random, 130, 130, 1, 1),
                RandomValues.floats(random, 130, 0.1),
                RandomValues.floats(random, 130, 0.1),
                wideSlope),
            new Layer.Affine("c", "b-mix", wideSlope, wideSlope),
            new Layer.PRelu("c-relu", "c", wideSlope),
            new Layer.Add("c-sum", "c-relu", "b-relu"),
            new Layer.Concat("both", List.of("c-sum", "b-relu")),
            new Layer.AveragePool("mean", "both", Window.square(2, 2, 0)),
            new Layer.Linear(
                "fc",
                "mean",
                10,
                RandomValues.floats(random, 10 * 260 * 2 * 2, 0.1),
                RandomValues.floats(random, 10, 1))));
  }
}
