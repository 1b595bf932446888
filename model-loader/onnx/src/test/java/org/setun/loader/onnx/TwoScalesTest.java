// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Layer;
import org.setun.loader.model.PackedModel;

/** Convolutions with weights -n, 0 and +p per channel, of trits and of fp32 values. */
class TwoScalesTest {
  private static final List<Integer> KERNEL = List.of(3, 2, 3, 3);
  private static final float[] PLUS = {1, 0.5f, 2};
  private static final float[] MINUS = {0.75f, 0.5f, 3};

  private final Random random = new Random(6);

  @TempDir Path folder;

  private static TestGraph ternarized() {
    return TestGraph.reading(2, 5, 6).ternarize("x");
  }

  private float[] weights(float[] plus, float[] minus) {
    float[] weights = new float[54];
    for (int i = 0; i < weights.length; i++) {
      weights[i] =
          switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> plus[i / 18];
            default -> -minus[i / 18];
          };
    }
    return weights;
  }

  private PackedModel convert(TestGraph test) throws Exception {
    return OnnxConverter.convert(test.write(folder), Optional.empty());
  }

  /** Converts, compares with the nodes, and says what the layers and the method are. */
  private String check(TestGraph test) throws Exception {
    PackedModel model = convert(test);
    PlainOnnx.assertSame(test, model.graph(), random, 2e-5);
    return describe(model);
  }

  private static String describe(PackedModel model) {
    List<String> kinds =
        model.graph().layers().stream().map(layer -> layer.getClass().getSimpleName()).toList();
    return String.join(" ", kinds) + ": " + model.method();
  }

  @ParameterizedTest
  @CsvSource({
    "t, AsymmetricTernaryConvolution: ttq",
    "x, TernaryWeightConvolution: ttq",
  })
  void whatFollowsIsFoldedIntoBothScales(String input, String expected) throws Exception {
    TestGraph test = ternarized().tensor("w", KERNEL, weights(PLUS, MINUS));
    test.tensor("b", List.of(3), 0.25f, -1, 0).tensor("two", List.of(), 2);
    test.tensor("gamma", List.of(3), 1, -2, 0.5f).tensor("beta", List.of(3), 1, 2, 3);
    test.tensor("mean", List.of(3), 0.5f, 0, 1).tensor("variance", List.of(3), 1, 0.5f, 3);
    test.node(
        "c = Conv(" + input + ", w, b)", "pads", List.of(1, 0, 2, 1), "strides", List.of(2, 1));
    test.node("d = BatchNormalization(c, gamma, beta, mean, variance)", "epsilon", 1e-5f);
    assertEquals(expected, check(test.node("y = Mul(d, two)")));
  }

  @Test
  void theLevelOfTheTritsGoesIntoBothScales() throws Exception {
    TestGraph test = ternarized().tensor("w", KERNEL, weights(PLUS, MINUS));
    test.tensor("level", List.of(), 1.5f).node("s = Mul(t, level)").node("y = Conv(s, w)");
    assertEquals("AsymmetricTernaryConvolution: ttq", check(test));
  }

  @Test
  void aBatchNormFoldedByTheExporterTurnsTrits() throws Exception {
    float[] weights = weights(PLUS, MINUS);
    float[] folded = weights.clone();
    for (int i = 18; i < 36; i++) {
      folded[i] *= -0.3f;
    }
    for (int i = 36; i < 54; i++) {
      folded[i] *= -0.7f;
    }
    TestGraph test = ternarized().tensor("w", KERNEL, folded).node("y = Conv(x, w)");
    assertEquals("TernaryWeightConvolution: ttq", check(test));
    Layer.TernaryWeightConvolution layer =
        (Layer.TernaryWeightConvolution) convert(test).graph().layers().getFirst();
    for (int i = 0; i < weights.length; i++) {
      int sign = (int) Math.signum(weights[i]) * (i < 18 ? 1 : -1);
      assertEquals(sign, layer.kernel().trit(i / 18, i / 9 % 2, i / 3 % 3, i % 3), "weight " + i);
    }
    assertEquals(3 * 0.7f, layer.plusScale()[2], 1e-6);
    assertEquals(2 * 0.7f, layer.minusScale()[2], 1e-6);
  }

  @Test
  void oneScalePerChannelOfFullPrecisionValues() throws Exception {
    TestGraph test = ternarized().tensor("w", KERNEL, weights(PLUS, PLUS));
    test.node("y = Conv(x, w)");
    assertEquals("TernaryWeightConvolution: ternary", check(test));
  }

  @Test
  void bothMethodsAreNamed() throws Exception {
    TestGraph test = ternarized().tensor("w", KERNEL, weights(PLUS, PLUS));
    test.tensor("v", KERNEL, weights(PLUS, MINUS)).node("a = Conv(t, w)").node("b = Conv(t, v)");
    assertEquals(
        "TernaryConvolution AsymmetricTernaryConvolution Add: ttq, ternary",
        check(test.node("y = Add(a, b)")));
  }

  @Test
  void roundedLevelsAreOneAndOthersAreNot() throws Exception {
    float[] weights = weights(PLUS, MINUS);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= 1 + i % 3 * 2e-6f;
    }
    TestGraph rounded = ternarized().tensor("w", KERNEL, weights).node("y = Conv(x, w)");
    assertEquals("TernaryWeightConvolution: ttq", describe(convert(rounded)));

    int off = 0;
    while (weights[off] == 0) {
      off++;
    }
    weights[off] *= 1.001f;
    TestGraph dense = ternarized().tensor("w", KERNEL, weights).node("y = Conv(x, w)");
    assertEquals("Convolution: none", check(dense));
    TestGraph trits = ternarized().tensor("w", KERNEL, weights).node("y = Conv(t, w)");
    assertEquals("TernaryConvolution Convolution: ternary", check(trits));
  }

  @Test
  void kernelsWithFewWeightsPerLevelStayFullPrecision() throws Exception {
    TestGraph small = ternarized().tensor("w", List.of(3, 2, 1, 1), 1, -0.3f, 0, 2, 0.7f, 0.7f);
    assertEquals("Convolution: none", check(small.node("y = Conv(x, w)")));

    float[] pruned = new float[54];
    for (int i = 0; i < pruned.length; i += 9) {
      pruned[i] = (i % 2 == 0 ? 1 : -1) * (i + 1) / 32f;
    }
    TestGraph sparse = ternarized().tensor("w", KERNEL, pruned).node("y = Conv(x, w)");
    assertEquals("Convolution: none", check(sparse));

    TestGraph zeros = ternarized().tensor("w", KERNEL, new float[54]).node("y = Conv(x, w)");
    assertEquals("Convolution: none", check(zeros));
  }
}
