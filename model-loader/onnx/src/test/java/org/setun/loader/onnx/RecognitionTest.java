// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.kernels.Kernels;
import org.setun.kernels.Layer;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;

/** Graphs of one or a few operators: the layers they become compute what the nodes compute. */
class RecognitionTest {
  private static final List<Integer> KERNEL = List.of(3, 2, 3, 3);

  private final Random random = new Random(4);

  @TempDir Path folder;

  /**
   * Converts, compares with the nodes on images that meet every threshold, and names the layers.
   */
  private String check(TestGraph test) throws Exception {
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    PlainOnnx.assertSame(test, graph, random, 1e-5);
    return String.join(
        " ", graph.layers().stream().map(layer -> layer.getClass().getSimpleName()).toList());
  }

  private TestGraph picture() {
    return TestGraph.reading(2, 5, 6);
  }

  /** Weights of {@link #KERNEL} with a level per output channel. */
  private float[] weights(boolean zeros, float... levels) {
    float[] weights = new float[54];
    for (int i = 0; i < weights.length; i++) {
      int trit = zeros ? random.nextInt(3) - 1 : random.nextBoolean() ? 1 : -1;
      weights[i] = trit * levels[i / 18];
    }
    return weights;
  }

  @Test
  void convolutionOfTrits() throws Exception {
    TestGraph test = picture().ternarize("x").tensor("w", KERNEL, weights(true, 1, 0.5f, -2));
    test.tensor("b", List.of(3), 0.25f, -1, 0);
    test.node("y = Conv(t, w, b)", "pads", List.of(1, 0, 2, 1), "strides", List.of(2, 1));
    assertEquals("TernaryConvolution", check(test));
  }

  @Test
  void convolutionOfFullPrecision() throws Exception {
    TestGraph test = picture().tensor("w", KERNEL, weights(true, 1, 0.5f, -2));
    test.tensor("w2", KERNEL, new float[54]).tensor("noise", List.of(1), 0.125f);
    test.node("v = Add(w, noise)").node("y = Conv(x, v)", "auto_pad", "SAME_UPPER");
    test.node("unused = Loop(x)");
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    assertEquals("3x5x6", graph.outputShape().toString());
    TestGraph same = picture().tensor("w", KERNEL, weights(true, 1, 0.5f, -2));
    same.tensor("noise", List.of(1), 0.125f).node("v = Add(w, noise)");
    same.node("y = Conv(x, v)", "pads", List.of(1, 1, 1, 1), "group", 1);
    assertEquals("Convolution", check(same));
  }

  @Test
  void aPairOfBinaryConvolutionsIsOneTernary() throws Exception {
    TestGraph test = picture().ternarize("x");
    test.tensor("w1", KERNEL, weights(false, 1, 0.5f, 2)).tensor("b1", List.of(3), 1, 2, 3);
    test.tensor("w2", KERNEL, weights(false, 1, 0.5f, 2)).tensor("b2", List.of(3), 4, 5, 6);
    test.node("c1 = Conv(t, w1, b1)").node("c2 = Conv(t, w2, b2)").node("y = Add(c1, c2)");
    assertEquals("TernaryConvolution", check(test));
  }

  @Test
  void aPairWithATernarizationEachIsOneTernary() throws Exception {
    TestGraph test = picture().ternarize("x").node("s = Identity(t)");
    test.node("u = Less(x, minusHalf)").node("k = Cast(u)", "to", 6);
    test.node("v = Less(x, half)").node("o = Cast(v)", "to", 6).node("q = Add(k, o)");
    test.node("r = Cast(q)", "to", 1).tensor("one", List.of(), 1).node("t2 = Sub(one, r)");
    test.tensor("w1", KERNEL, weights(false, 1, 0.5f, 2));
    test.tensor("w2", KERNEL, weights(false, 1, -0.5f, 2));
    test.node("c1 = Conv(s, w1)").node("c2 = Conv(t2, w2)").node("y = Add(c1, c2)");
    assertEquals("TernaryConvolution", check(test));
  }

  @Test
  void aPairThatAddsUpToFiveLevelsRemainsTwo() throws Exception {
    TestGraph test = picture().ternarize("x");
    test.tensor("w1", KERNEL, weights(true, 1, 0.5f, 2));
    test.tensor("w2", KERNEL, weights(true, 1, 0.5f, 2));
    test.node("c1 = Conv(t, w1)").node("c2 = Conv(t, w2)").node("y = Add(c1, c2)");
    assertEquals("TernaryConvolution TernaryConvolution Add", check(test));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c = Conv(t, w); y = BatchNormalization(c, gamma, beta, mean, variance)",
        "c = Conv(t, w); m = Mul(c, scale); y = Add(m, shift)",
        "c = Conv(t, w); m = Sub(c, shift); d = Div(m, scale); y = Neg(d)",
      })
  void whatMultipliesAndAddsBehindAConvolutionIsFolded(String nodes) throws Exception {
    TestGraph test = picture().ternarize("x").tensor("w", KERNEL, weights(true, 1, 0.5f, -2));
    test.tensor("gamma", List.of(3), 1, -2, 0.5f).tensor("beta", List.of(3), 1, 2, 3);
    test.tensor("mean", List.of(3), 0.5f, 0, 1).tensor("variance", List.of(3), 1, 0.5f, 3);
    test.tensor("scale", List.of(3, 1, 1), 2, -3, 0.5f);
    test.tensor("shift", List.of(1, 3, 1, 1), 1, 2, -0.5f);
    for (String node : nodes.split("; ")) {
      Object[] epsilon = node.contains("Batch") ? new Object[] {"epsilon", 1e-5f} : new Object[0];
      test.node(node, epsilon);
    }
    assertEquals("TernaryConvolution", check(test));
  }

  @Test
  void aValueReadTwiceIsALayersOwn() throws Exception {
    TestGraph test = picture().ternarize("x");
    test.tensor("w", List.of(2, 2, 1, 1), 1, -1, 0, 1).tensor("two", List.of(), 2);
    test.node("c = Conv(t, w)").node("b = Mul(c, two)").node("s = Sign(b)");
    test.node("d = Conv(s, w)").node("y = Add(d, b)");
    assertEquals("TernaryConvolution TernaryConvolution Add", check(test));
  }

  /** (2 (0.25 mean + 1))^0.5, divided by or as an inverse power multiplied with. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          d = Mul(s, two) | e = Sqrt(d)        | y = Div(x, e)
          d = Mul(two, s) | e = Pow(d, half)   | y = Div(x, e)
          d = Div(s, half)| e = Pow(d, minus)  | y = Mul(e, x)
          """)
  void aMeanOfNeighboursIsReadInAnyForm(String scaled, String power, String last) throws Exception {
    TestGraph test = TestGraph.reading(4, 3, 3).tensor("two", List.of(), 2);
    test.tensor("half", List.of(), 0.5f).tensor("minus", List.of(), -0.5f);
    test.tensor("quarter", List.of(), 0.25f).tensor("one", List.of(), 1);
    test.node("q = Pow(x, two)").integers("axis", 1).node("u = Unsqueeze(q, axis)");
    test.node(
        "m = AveragePool(u)",
        "kernel_shape",
        List.of(3, 1, 1),
        "pads",
        List.of(1, 0, 0, 1, 0, 0),
        "count_include_pad",
        1);
    test.node("v = Squeeze(m, axis)").node("w = Mul(v, quarter)").node("s = Add(w, one)");
    test.node(scaled).node(power).node(last);
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    assertEquals(
        List.of(new Layer.LocalResponseNormalization("y", "input", 3, 0.5f, 0.5f, 2)),
        graph.layers());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anIfOnAConstantIsTheBranchItTakes(int condition) throws Exception {
    TestGraph pair = new TestGraph().tensor("inner", List.of(), -0.5f).output("m").output("r");
    pair.node("m = Mul(x, inner)").node("n = Not(outer)");
    pair.node("r = If(n)", "then_branch", new TestGraph().node("a = Relu(x)").output("a"));
    TestGraph other = new TestGraph().output("i").output("j").node("i = Relu(x)");
    other.node("j = Neg(x)").node("unread = Det(x)");
    TestGraph test = picture().integers("two", 2, 2).integers("given", 3 - condition, 2);
    test.node("equal = Equal(two, given)").integers("first", 0).integers("axis", 0);
    test.node("taken = Gather(equal, first)").node("zero = Sub(two, two)");
    test.node("outer = Equal(zero, two)");
    test.node("b = If(taken)", "then_branch", pair, "else_branch", other);
    test.graph.getNodeBuilder(test.graph.getNodeCount() - 1).addOutput("c");
    test.node("y = Add(b, c)");
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    TestGraph plain = picture().tensor("minusHalf", List.of(), -0.5f).node("r = Relu(x)");
    plain.node(condition == 1 ? "m = Mul(x, minusHalf)" : "m = Neg(x)").node("y = Add(m, r)");
    PlainOnnx.assertSame(plain, graph, random, 1e-5);
  }

  @Test
  void batchNormAloneIsAnAffineLayer() throws Exception {
    TestGraph test = picture().tensor("gamma", List.of(2), 1, -2).tensor("beta", List.of(2), 1, 0);
    test.tensor("mean", List.of(2), 0.5f, 0).tensor("variance", List.of(2), 1, 0.5f);
    test.node("y = BatchNormalization(x, gamma, beta, mean, variance)", "epsilon", 1e-3f);
    assertEquals("Affine", check(test));
  }

  @Test
  void activationFunctions() throws Exception {
    TestGraph test = picture().tensor("slope", List.of(2, 1, 1), 0.25f, -1);
    test.node("a = PRelu(x, slope)").node("b = LeakyRelu(a, )", "alpha", 0.5f);
    test.node("c = Sub(b, x)").node("y = Relu(c)");
    assertEquals("PRelu PRelu Affine Add PRelu", check(test));
  }

  @ParameterizedTest
  @CsvSource({
    "0 0 0 0, 3 3, 2 1, 0",
    "1 1 1 1, 3 3, 2 2, 0",
    "0 0 0 0, 2 2, 2 2, 1",
    "0 0 0 0, 2 3, 2 2, 1",
  })
  void maxPool(String pads, String kernel, String strides, int ceil) throws Exception {
    TestGraph test = picture();
    test.node(
        "y = MaxPool(x)",
        "pads",
        list(pads),
        "kernel_shape",
        list(kernel),
        "strides",
        list(strides),
        "ceil_mode",
        ceil);
    assertEquals("MaxPool", check(test));
  }

  private static List<Integer> list(String numbers) {
    return List.of(numbers.split(" ")).stream().map(Integer::valueOf).toList();
  }

  @ParameterizedTest
  @CsvSource({"0 0 0 0, 2 3, 0", "1 1 1 1, 3 3, 1", "0 1 1 0, 2 2, 1"})
  void averagePool(String pads, String kernel, int counted) throws Exception {
    TestGraph test = picture();
    test.node(
        "y = AveragePool(x)",
        "pads",
        list(pads),
        "kernel_shape",
        list(kernel),
        "count_include_pad",
        counted);
    assertEquals("AveragePool", check(test));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GlobalAveragePool", "ReduceMean"})
  void meanOfAPicture(String operator) throws Exception {
    TestGraph test = picture();
    if (operator.equals("ReduceMean")) {
      test.node("y = ReduceMean(x)", "axes", List.of(-1, -2), "keepdims", 0);
    } else {
      test.node("y = GlobalAveragePool(x)");
    }
    assertEquals("AveragePool", check(test));
  }

  @Test
  void padsBecomeAPartOfTheWindow() throws Exception {
    TestGraph test = picture().ternarize("x").integers("pads", 0, 0, 1, 2, 0, 0, 0, 1);
    test.tensor("w", KERNEL, weights(true, 1, 0.5f, -2));
    test.node("q = Pad(t, pads)").node("y = Conv(q, w)", "pads", List.of(0, 0, 1, 0));
    assertEquals("TernaryConvolution", check(test));

    TestGraph pool = picture().integers("pads", 0, 0, 1, 1, 0, 0, 1, 1);
    pool.tensor("least", List.of(), Float.NEGATIVE_INFINITY);
    pool.node("q = Pad(x, pads, least)").node("y = MaxPool(q)", "kernel_shape", List.of(3, 3));
    assertEquals("MaxPool", check(pool));
  }

  @Test
  void padsAsTorchScriptTurnsThemAround() throws Exception {
    // PyTorch lists the last axis first: (left, right, top, bottom, …), here with zeros appended.
    TestGraph test = picture().integers("torch", 2, 1, 0, 1, 0, 3, 0, 0).integers("matrix", -1, 2);
    test.integers("from", -1).integers("to", Long.MIN_VALUE).integers("axis", 0);
    test.integers("back", -1).integers("flat", -1);
    test.node("a = Reshape(torch, matrix)").node("b = Slice(a, from, to, axis, back)");
    test.node("c = Transpose(b)", "perm", List.of(1, 0)).node("d = Reshape(c, flat)");
    test.node("pads = Cast(d)", "to", 7).node("p = Pad(x, pads)");
    test.node("y = AveragePool(p)", "kernel_shape", List.of(2, 2));
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    assertEquals("5x5x8", graph.outputShape().toString());
  }

  @Test
  void zerosBehindTheChannels() throws Exception {
    TestGraph pad = picture().integers("pads", 0, 0, 0, 0, 0, 3, 0, 0);
    assertEquals("ChannelPad", check(pad.node("y = Pad(x, pads)")));

    TestGraph constant = picture().tensor("z", List.of(1, 1, 5, 6), new float[30]);
    assertEquals("ChannelPad", check(constant.node("y = Concat(x, z)", "axis", 1)));

    TestGraph product = picture().tensor("zero", List.of(), 0).node("z = Mul(x, zero)");
    assertEquals("ChannelPad", check(product.node("y = Concat(x, z)", "axis", 1)));
  }

  @Test
  void zerosOfAShapeThatIsComputed() throws Exception {
    TestGraph test = picture().integers("first", 0).integers("rest", 4, 5, 6);
    test.node("s = Shape(x)").node("n = Gather(s, first)", "axis", 0);
    test.node("d = Concat(n, rest)", "axis", 0).node("z = ConstantOfShape(d)");
    test.node("y = Concat(x, z)", "axis", 1);
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    assertEquals("6x5x6", graph.outputShape().toString());
  }

  @Test
  void concatOfTwoValues() throws Exception {
    TestGraph test = picture().node("r = Relu(x)").node("y = Concat(r, x)", "axis", -3);
    assertEquals("PRelu Concat", check(test));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "1, 1, 1", "1, 0.5, 2", "0, -1, 0"})
  void gemm(int transposed, float alpha, float beta) throws Exception {
    float[] matrix = new float[180];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = random.nextInt(9) / 8f;
    }
    List<Integer> dims = transposed == 1 ? List.of(3, 60) : List.of(60, 3);
    TestGraph test = picture().tensor("m", dims, matrix).tensor("b", List.of(3), 1, -1, 2);
    test.node("f = Flatten(x)", "axis", 1);
    test.node("y = Gemm(f, m, b)", "transB", transposed, "alpha", alpha, "beta", beta);
    assertEquals("Linear", check(test));
  }

  @Test
  void matMulTakesInTheBiasAddedToIt() throws Exception {
    TestGraph test = TestGraph.reading(4).tensor("m", List.of(4, 2), 1, 2, 3, 4, 5, 6, 7, 8);
    test.tensor("b", List.of(2), 3, -1).node("p = MatMul(x, m)").node("y = Add(p, b)");
    assertEquals("Linear", check(test));
  }

  @Test
  void gemmOfTritsIsAConvolutionAsLargeAsItsInput() throws Exception {
    float[] matrix = new float[120];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (random.nextInt(3) - 1) * (i < 60 ? 0.5f : 3);
    }
    TestGraph test = picture().ternarize("x").integers("shape", 0, -1);
    test.tensor("m", List.of(2, 60), matrix).node("f = Reshape(t, shape)");
    assertEquals("TernaryConvolution", check(test.node("y = Gemm(f, m)", "transB", 1)));
  }

  @Test
  void everySecondPixelIsAPoolingOfOnePixel() throws Exception {
    TestGraph test = picture().integers("from", 0, 0).integers("to", Integer.MAX_VALUE, 6);
    test.integers("axes", 2, 3).integers("by", 2, 3).node("y = Slice(x, from, to, axes, by)");
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    float[] image = new float[60];
    for (int i = 0; i < image.length; i++) {
      image[i] = i;
    }
    float[] actual = new float[12];
    Network.compile(graph, Kernels.scalar()).session().run(image, actual, 1);
    assertArrayEquals(new float[] {0, 3, 12, 15, 24, 27, 30, 33, 42, 45, 54, 57}, actual);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Softmax", "LogSoftmax"})
  void aSoftmaxIsComputed(String operator) throws Exception {
    TestGraph test = TestGraph.reading(2).tensor("m", List.of(2, 3), 1, 0, 2, 0, 1, 2);
    test.node("p = MatMul(x, m)").node("y = " + operator + "(p)", "axis", -1);
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    float[] actual = new float[3];
    Network.compile(graph, Kernels.scalar()).session().run(new float[] {1, 2}, actual, 1);
    double sum = Math.exp(1) + Math.exp(2) + Math.exp(6);
    for (int i = 0; i < 3; i++) {
      double expected = Math.exp(new int[] {1, 2, 6}[i]) / sum;
      assertEquals(operator.equals("Softmax") ? expected : Math.log(expected), actual[i], 1e-6);
    }
  }

  @Test
  void nodesOfTheSameNameAreToldApart() throws Exception {
    TestGraph test = picture().node("a = Relu(x)").node("b = Relu(a)").node("y = Relu(b)");
    for (int i = 0; i < 3; i++) {
      test.graph.getNodeBuilder(i).setName("input");
    }
    NetworkGraph graph = OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
    assertEquals(
        List.of("input#1", "input#2", "input#3"),
        graph.layers().stream().map(layer -> layer.name()).toList());
  }
}
