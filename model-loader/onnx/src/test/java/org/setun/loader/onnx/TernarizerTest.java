// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.kernels.Layer;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.model.PackedModel;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;

/** The ternarization, in the ways in which exporters write it. */
class TernarizerTest {
  /** Numbers around every decision, on both sides, and at it. */
  private static final float[] PROBES = {
    -1e30f,
    -3,
    -1.5f,
    -1,
    -0.75f,
    Math.nextDown(-0.5f),
    -0.5f,
    Math.nextUp(-0.5f),
    -0.25f,
    -Float.MIN_VALUE,
    -0f,
    0,
    Float.MIN_VALUE,
    0.25f,
    Math.nextDown(0.5f),
    0.5f,
    Math.nextUp(0.5f),
    0.75f,
    1,
    1.5f,
    3,
    1e30f
  };

  @TempDir Path folder;

  /** Nodes of a graph whose last one, {@code t}, is read by a convolution with weight 1. */
  private TestGraph ternarizer(String nodes) {
    TestGraph test = TestGraph.reading(1, 1, 1);
    test.tensor("half", List.of(), 0.5f).tensor("minusHalf", List.of(), -0.5f);
    test.tensor("one", List.of(), 1).tensor("minusOne", List.of(), -1);
    test.tensor("zero", List.of(), 0).tensor("two", List.of(1), 2);
    for (String node : nodes.split(";")) {
      String text = node.strip();
      Object[] attributes = text.contains("Cast") ? new Object[] {"to", 1} : new Object[0];
      test.node(text, attributes);
    }
    return test.tensor("w", List.of(1, 1, 1, 1), 1).node("y = Conv(t, w)");
  }

  private PackedModel convert(TestGraph test) throws Exception {
    return OnnxConverter.convert(test.write(folder), Optional.empty());
  }

  private static Thresholds thresholds(PackedModel model) {
    return ((TernaryConvolution) model.graph().layers().getLast()).thresholds();
  }

  private static int trit(Thresholds thresholds, float x) {
    float v = thresholds.negated()[0] ? -x : x;
    return v < thresholds.low()[0] ? -1 : v < thresholds.high()[0] ? 0 : 1;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = GreaterOrEqual(x, half); b = Cast(a); c = Less(x, minusHalf); d = Cast(c);"
            + " t = Sub(b, d)",
        "a = Less(x, half); b = Not(a); c = Cast(b); d = Greater(minusHalf, x); e = Cast(d);"
            + " t = Sub(c, e)",
        "a = Less(x, minusHalf); b = Less(x, half); c = Where(b, zero, one);"
            + " t = Where(a, minusOne, c)",
        "a = Abs(x); b = LessOrEqual(a, half); c = Sign(x); d = Where(b, zero, c);"
            + " e = GreaterOrEqual(x, half); t = Where(e, one, d)",
        "a = Less(x, half); b = Cast(a); c = Less(x, minusHalf); d = Cast(c); e = Add(b, d);"
            + " t = Sub(one, e)",
        "a = Neg(x); b = Greater(a, half); c = Cast(b); d = LessOrEqual(a, minusHalf);"
            + " e = Cast(d); t = Sub(e, c)",
        "a = Mul(x, two); b = Less(a, minusOne); c = GreaterOrEqual(a, one); d = Cast(b);"
            + " e = Cast(c); f = Neg(d); t = Sum(e, f)",
      })
  void everyWayOfWritingItGivesTheSameThresholds(String nodes) throws Exception {
    Thresholds thresholds = thresholds(convert(ternarizer(nodes)));
    assertArrayEquals(new float[] {-0.5f}, thresholds.low());
    assertArrayEquals(new float[] {0.5f}, thresholds.high());
  }

  /** Each rounds ±0.5 in its own way, or is binary; the trits must be those of the nodes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Sub(x, half); b = Sign(a); c = Add(x, half); d = Sign(c); e = Add(b, d);"
            + " t = Sign(e)",
        "a = Round(x); t = Clip(a, minusOne, one)",
        "a = Clip(x, minusOne, one); t = Round(a)",
        "a = Add(x, half); b = Floor(a); t = Clip(b, minusOne, one)",
        "a = Clip(x, minusOne, one); b = Add(half, a); t = Floor(b)",
        "t = Sign(x)",
        "a = Neg(x); t = Sign(a)",
        "a = GreaterOrEqual(x, zero); t = Where(a, one, minusOne)",
        "a = Abs(x); b = Greater(a, half); c = Cast(b); d = Sign(x); t = Mul(c, d)",
        "a = Clip(x, minusOne, one); b = Sign(a); t = Identity(b)",
        "a = Greater(x, half); t = Cast(a)",
        "a = Max(x, minusHalf); b = Min(a, half); c = Mul(b, two); d = Ceil(c); t = Neg(d)",
      })
  void everyStepFunctionKeepsItsValues(String nodes) throws Exception {
    TestGraph test = ternarizer(nodes);
    Thresholds thresholds = thresholds(convert(test));
    for (float x : PROBES) {
      double expected = PlainOnnx.run(test.model().getGraph(), new float[] {x})[0];
      assertEquals((int) expected, trit(thresholds, x), nodes + " at " + x);
    }
  }

  @Test
  void aSignThatMakesHalvesAtItsZeroIsTakenAsPlus() throws Exception {
    // At ±0.5 the nodes give ±0.5; STTN's rule, which they are meant for, gives 0 and +1.
    Thresholds thresholds =
        thresholds(
            convert(
                ternarizer(
                    "a = Sub(x, half); b = Sign(a); c = Add(x, half); d = Sign(c); e = Add(b, d);"
                        + " t = Mul(e, half)")));
    assertArrayEquals(new float[] {-0.5f}, thresholds.low());
    assertArrayEquals(new float[] {0.5f}, thresholds.high());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t = Exp(x)",
        "a = Mul(x, x); t = Sign(a)",
        "a = Abs(x); t = Sqrt(a)",
        "a = Greater(x, half); b = Less(x, one); c = And(a, b); t = Cast(c)",
      })
  void whatIsNoTernarizationIsNamed(String nodes) {
    ConversionException e =
        assertThrows(ConversionException.class, () -> convert(ternarizer(nodes)));
    assertEquals(1, e.problems().size(), e.getMessage());
    assertTrue(e.getMessage().contains("is no function that layers compute"), e.getMessage());
    assertTrue(e.getMessage().contains("and 'y' reads it"), e.getMessage());
  }

  @Test
  void scaledTritsKeepTheirScaleInTheEpilogue() throws Exception {
    TestGraph test = ternarizer("a = Sign(x); t = Mul(a, half)");
    TernaryConvolution layer = (TernaryConvolution) convert(test).graph().layers().getLast();
    assertArrayEquals(new float[] {0.5f}, layer.scale());
  }

  @Test
  void batchNormBeforeItFoldsAsForCheckpoints() throws Exception {
    float[] gamma = {1.3f, -0.7f, 0, 2e-3f};
    float[] beta = {0.1f, 0.2f, 0.7f, -0.3f};
    float[] mean = {0.5f, -1, 2, 0};
    float[] variance = {1, 0.3f, 0.5f, 1e-4f};
    TestGraph test = TestGraph.reading(4, 2, 2);
    test.tensor("gamma", List.of(4), gamma).tensor("beta", List.of(4), beta);
    test.tensor("mean", List.of(4), mean).tensor("variance", List.of(4), variance);
    test.node("b = BatchNormalization(x, gamma, beta, mean, variance)", "epsilon", 1e-5f);
    test.ternarize("b");
    test.tensor("w", List.of(1, 4, 1, 1), 1, -1, 1, 0).node("y = Conv(t, w)");
    Thresholds actual = thresholds(convert(test));
    Thresholds expected = Thresholds.foldBatchNorm(gamma, beta, mean, variance, 1e-5f);
    assertArrayEquals(expected.low(), actual.low());
    assertArrayEquals(expected.high(), actual.high());
    assertArrayEquals(expected.negated(), actual.negated());
    assertEquals(1, convert(test).graph().layers().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Sub(s, x); t = Add(a, x)",
        "a = Sub(x, s); t = Sub(x, a)",
        "a = Neg(x); b = Add(s, a); t = Sub(b, a)",
        "g = Mul(x, x); a = Sub(s, g); t = Add(g, a)",
        "g = Mul(x, x); a = Sub(s, g); h = Mul(x, x); t = Add(a, h)",
        "g = Mul(x, two); h = Mul(x, x); a = Add(g, h); b = Sub(s, a); t = Add(b, a)",
        "g = Tanh(x); a = Add(s, g); t = Sub(a, g)",
        "a = Sub(s, x); b = Mul(a, half); g = Mul(x, half); c = Add(b, g); t = Mul(c, two)",
        "g = Max(x, minusHalf); a = Sub(s, g); b = Add(a, one); c = Add(b, g); t = Sub(c, one)",
      })
  void aStraightThroughEstimatorCancels(String nodes) throws Exception {
    Thresholds thresholds = thresholds(convert(ternarizer("s = Sign(x); " + nodes)));
    for (float x : new float[] {-3e38f, -1e6f, -0.3f, -1e-30f, 1e-30f, 0.7f, 123, 3e38f}) {
      assertEquals((int) Math.signum(x), trit(thresholds, x), nodes + " at " + x);
    }
  }

  @Test
  void aLargeNumberThatIsAddedAndSubtractedRounds() {
    Source source = new Source("x", new Shape(1, 1, 1));
    int magic = source.constant(12582912);
    int tanh = source.add(Kind.TANH, Source.SELF, -1, -1, Element.REAL);
    int difference = source.add(Kind.SUB, Source.SELF, tanh, -1, Element.REAL);
    int sum = source.add(Kind.ADD, difference, magic, -1, Element.REAL);
    int rounded = source.add(Kind.SUB, sum, magic, -1, Element.REAL);
    int total = source.add(Kind.ADD, rounded, tanh, -1, Element.REAL);
    assertEquals(Source.SELF, source.add(Kind.ADD, difference, tanh, -1, Element.REAL));
    assertEquals((float) Math.tanh(0.3f), source.function(total).orElseThrow().value(0.3f, 0));
  }

  @Test
  void weightsOfMoreLevelsReadTritsAsValues() throws Exception {
    TestGraph test = TestGraph.reading(2, 3, 3).node("t = Sign(x)");
    test.tensor("w", List.of(1, 2, 1, 1), 1, 0.25f).node("y = Conv(t, w)");
    NetworkGraph graph = convert(test).graph();
    assertEquals(List.of("input.trits", "y"), graph.layers().stream().map(Layer::name).toList());
    PlainOnnx.assertSame(test, graph, new Random(1), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Relu(t)",
        "y = Add(t, x)",
        "a = Add(t, x); y = Sub(x, a)",
        "a = Add(t, half); b = Add(half, a); c = Sub(x, b); y = Div(c, half)",
        "y = GlobalAveragePool(t)",
        "c = Conv(t, w); y = Add(c, t)",
        "r = Relu(t); y = Concat(r, t)",
        "y = Mul(t, half)",
      })
  void otherLayersReadTritsAsValues(String nodes) throws Exception {
    TestGraph test = TestGraph.reading(2, 3, 3).ternarize("x");
    test.tensor("w", List.of(2, 2, 1, 1), 1, -1, 0, 1);
    for (String node : nodes.split("; ")) {
      test.node(node);
    }
    PlainOnnx.assertSame(test, convert(test).graph(), new Random(2), 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "-1, 2"})
  void aMaxPoolingCommutesWithStepsThatRise(float slope, int layers) throws Exception {
    TestGraph test = TestGraph.reading(2, 4, 4).tensor("scale", List.of(2, 1, 1), 1, slope);
    test.tensor("w", List.of(1, 2, 2, 2), 1, -1, 0, 1, 1, 1, -1, 0).node("s = Mul(x, scale)");
    test.ternarize("s").node("m = MaxPool(t)", "kernel_shape", List.of(3, 3));
    if (layers == 1) {
      test.node("y = Conv(m, w)");
    } else {
      test.node("o = Neg(m)").node("y = Conv(o, w)");
    }
    NetworkGraph graph = convert(test).graph();
    PlainOnnx.assertSame(test, graph, new Random(3), 1e-6);
    assertEquals(slope < 0 ? 4 : 2, graph.layers().size());
  }

  @Test
  void layersAreNamedByTheirNodes() throws Exception {
    Layer layer = convert(ternarizer("t = Sign(x)")).graph().layers().getLast();
    assertEquals("y", layer.name());
  }
}
