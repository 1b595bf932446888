// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.setun.kernels.ActivationFunction;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.TernaryMatrix;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.matrix.ScalePer;
import org.setun.loader.matrix.ScaledMatrix;

/** Small models. */
final class TestModels {
  private TestModels() {}

  private static final Source SOURCE = new Source("tiny.pt", 1234, "0f".repeat(32));

  /** The example of PACKED-MODEL.md: one ternary convolution, 2 channels to 1. */
  static PackedModel example() {
    Layer conv =
        new Layer.TernaryConvolution(
            "conv",
            "input",
            Window.square(1, 1, 0),
            new Thresholds(
                new float[] {-0.5f, -1}, new float[] {0.5f, 2}, new boolean[] {false, true}),
            TernaryKernel.ofTrits(new byte[] {1, -1}, 1, 2, 1, 1),
            new float[] {0.25f},
            new float[] {-3});
    return new PackedModel(
        "tiny",
        "sttn",
        SOURCE,
        Optional.empty(),
        List.of("only"),
        new NetworkGraph(new Shape(2, 1, 1), List.of(conv)));
  }

  /** 5 × 300 trits, of which 4 are 0; the last block of a row is cut. */
  static PackedMatrix matrix(ScalePer scalePer) {
    byte[] trits = new byte[5 * 300];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (i < 4 ? 0 : i * i % 7 < 3 ? -1 : 1);
    }
    float[] scales = new float[new int[] {1, 5, 10}[scalePer.ordinal()]];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = 0.5f - i;
    }
    return new PackedMatrix(
        "blk.0.attn_q.weight",
        "TQ2_0",
        SOURCE,
        ScaledMatrix.of(TernaryMatrix.ofTrits(trits, 5, 300), scalePer, scales));
  }

  /** One layer of every type. */
  static PackedModel everyLayer() {
    Thresholds thresholds =
        new Thresholds(
            new float[] {-0.5f, Float.NEGATIVE_INFINITY, 1, 0, 0},
            new float[] {0.5f, Float.POSITIVE_INFINITY, 1, 0, 7},
            new boolean[] {false, true, false, true, false});
    byte[] trits = new byte[3 * 5 * 3 * 2];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (i % 3 - 1);
    }
    List<Layer> layers =
        List.of(
            new Layer.Convolution(
                "stem",
                "input",
                new Window(2, 1, 1, 1, 1, 0, 0, 0, 1, 1),
                2,
                new float[] {1, -2, 3, Float.MIN_VALUE},
                new float[] {0, -0f}),
            new Layer.Affine("norm", "stem", new float[] {2, 3}, new float[] {4, 5}),
            new Layer.PRelu("prelu", "norm", new float[] {0.1f, -0.2f}),
            new Layer.ChannelPad("pad", "prelu", 3),
            new Layer.Concat("concat", List.of("pad", "stem")),
            new Layer.TernaryConvolution(
                "ternary",
                "concat",
                new Window(3, 2, 1, 2, 1, 2, 3, 4, 2, 1),
                thresholds,
                TernaryKernel.ofTrits(trits, 3, 5, 3, 2),
                new float[] {1, 2, 3},
                new float[] {4, 5, 6}),
            new Layer.AsymmetricTernaryConvolution(
                "two-scales",
                "ternary",
                Window.square(1, 1, 0),
                Thresholds.plain(3),
                TernaryKernel.ofTrits(new byte[] {1, 0, -1, 1, 1, 1}, 2, 3, 1, 1),
                new float[] {7, 8},
                new float[] {9, 10},
                new float[] {11, 12}),
            new Layer.TernaryWeightConvolution(
                "weights",
                "two-scales",
                Window.square(1, 1, 0),
                TernaryKernel.ofTrits(new byte[] {-1, 0, 0, 1, 1, -1}, 3, 2, 1, 1),
                new float[] {13, 14, 15},
                new float[] {16, 17, 18},
                new float[] {19, 20, 21}),
            new Layer.Add("add", "ternary", "weights"),
            new Layer.MaxPool("max", "add", Window.square(2, 2, 1)),
            new Layer.AveragePool("average", "max", Window.square(2, 1, 0)),
            new Layer.DepthwiseConvolution(
                "depthwise",
                "average",
                Window.square(1, 1, 0),
                new float[] {1, 2, 3},
                new float[] {4, 5, 6}),
            new Layer.ChannelSelection("shuffled", "depthwise", new int[] {2, 0, 1}),
            new Layer.Activation(
                "clamped", "shuffled", ActivationFunction.CLAMP, new float[] {-1, 6}),
            new Layer.Activation("gate", "clamped", ActivationFunction.SIGMOID, new float[0]),
            new Layer.Multiply("gated", "clamped", "gate"),
            new Layer.AveragePool("inside", "gated", Window.square(3, 1, 1), false),
            new Layer.LocalResponseNormalization("lrn", "inside", 5, 1e-4f, 0.75f, 2),
            new Layer.Softmax("soft", "lrn", false),
            new Layer.Softmax("log", "soft", true),
            new Layer.Flatten("flat", "log"),
            new Layer.Linear("fc", "flat", 2, new float[2 * 3 * 2 * 2], new float[] {1, 2}));
    return new PackedModel(
        "every",
        "sttn",
        SOURCE,
        Optional.of(new Preprocessing(OptionalInt.of(4), 0, List.of(0.5), List.of(0.25))),
        List.of("no", "yes"),
        new NetworkGraph(new Shape(1, 4, 4), layers));
  }
}
