// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.convert.ConversionException;

/** What cannot be run is named: node, operator and reason. */
class UnsupportedOnnxTest {
  @TempDir Path folder;

  private ConversionException refused(TestGraph test) throws Exception {
    Path file = test.write(folder);
    return assertThrows(
        ConversionException.class, () -> OnnxConverter.convert(file, Optional.empty()));
  }

  private static TestGraph picture() {
    TestGraph test = TestGraph.reading(2, 4, 4).tensor("w", List.of(2, 2, 1, 1), 1, 0, 0, 1);
    test.tensor("u", List.of(2, 1, 1, 1), 1, 1).tensor("vector", List.of(4), 1, 2, 3, 4);
    test.tensor("one", List.of(2), 1, 1).tensor("minus", List.of(2), -1, -1);
    return test.tensor("matrix", List.of(8, 2), new float[16]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = Conv(x, w)              | group | 2 | weight 2x2x1x1 in 2 groups for an input of 2x4x4
          y = Conv(x, u)              | group | 0 | weight 2x1x1x1 in 0 groups for an input of 2x4x4
          y = Conv(x, u)              | group | 1 | weight 2x1x1x1 for an input of 2x4x4
          y = Conv(x, x)              | group | 1 | its weight (input 1) is not a constant
          y = Conv(x, vector)         | group | 1 | it convolves 1x2x4x4 with 4, and only pictures
          y = Conv(x, w, vector)      | group | 1 | bias 4 for 2 outputs
          y = ConvTranspose(x, w)     | group | 1 | Setun does not have it
          y = AveragePool(x)          | kernel_shape | 3 | kernel_shape is INT, not INTS
          y = MaxPool(x)              | none  | 0 | kernel_shape has 0 numbers, not 2
          y = Gemm(x, matrix)         | none  | 0 | it multiplies 1x2x4x4 by 8x2, and only vectors
          y = Gemm(x, matrix)         | transA | 1 | it transposes the batch
          y = Add(x, vector)          | none  | 0 | 4 beside a value of 1x2x4x4 is not one number
          y = Sqrt(x)                 | none  | 0 | (1x2x4x4) is no function that layers compute
          y = LRN(x)                  | size  | 0 | size 0 is no number of channels
          y = Concat(x, x)            | axis  | 2 | it joins along axis 2, not the channels
          y = Flatten(x)              | axis  | 2 | which mixes batch and features
          y = ReduceMean(x)           | keepdims | 1 | only height and width of a picture
          y = Softmax(x)              | axis  | 2 | it runs over other axes than the channels
          y = Cast(x)                 | to    | 11 | it casts to DOUBLE, and Setun computes in fp32
          y = Cast(x)                 | to    | 99 | it casts to an unknown type
          y = Cast(x)                 | none  | 0 | it casts to UNDEFINED
          y = BatchNormalization(x, one, one, one, minus) | none | 0 | no finite scale and shift
          y = BatchNormalization(x, one, one, one, one) | training_mode | 1 | training_mode is set
          """)
  void aNodeThatCannotBeRunIsNamed(String node, String attribute, int value, String reason)
      throws Exception {
    ConversionException e = refused(picture().node(node, attribute, value));
    String operator = node.substring(node.indexOf('=') + 2, node.indexOf('('));
    String start = "node 'y': operator '" + operator + "': ";
    assertEquals(1, e.problems().size(), e.getMessage());
    assertTrue(e.problems().getFirst().startsWith(start), e.getMessage());
    assertTrue(e.problems().getFirst().contains(reason), e.getMessage());
  }

  @Test
  void allNodesAreNamedTogetherButNotThoseBehindThem() throws Exception {
    TestGraph test = picture().node("a = Det(x)").node("b = Relu(a)").node("c = Einsum(x, x)");
    ConversionException e = refused(test.node("d = Add(b, c)").node("y = Relu(d)"));
    assertEquals(
        List.of(
            "node 'a': operator 'Det': Setun does not have it (inputs: 1x2x4x4)",
            "node 'c': operator 'Einsum': Setun does not have it (inputs: 1x2x4x4, 1x2x4x4)"),
        e.problems());
  }

  @Test
  void whatIsNotComputedOfConstantsIsNamed() throws Exception {
    ConversionException e = refused(picture().node("v = Det(one)").node("y = Add(x, v)"));
    assertEquals(
        List.of("node 'v': operator 'Det': Setun does not compute it of constants (inputs: 2)"),
        e.problems());
  }

  @Test
  void anotherDomainIsNamed() throws Exception {
    TestGraph test = picture().node("y = FusedConv(x, w)");
    test.graph.getNodeBuilder(0).setDomain("com.microsoft");
    assertTrue(refused(test).getMessage().contains("operator 'com.microsoft.FusedConv'"));
  }

  @Test
  void aMeanThatCountsSomeOfThePaddingIsNamed() throws Exception {
    TestGraph ceil = picture();
    ceil.node(
        "y = AveragePool(x)",
        "kernel_shape",
        List.of(3, 3),
        "strides",
        List.of(2, 2),
        "pads",
        List.of(1, 1, 1, 1),
        "count_include_pad",
        1,
        "ceil_mode",
        1);
    assertTrue(refused(ceil).getMessage().contains("counts some of the padded pixels"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 | 1 | 1 | y = Relu(m)         | it reads a mean of squares of neighbouring channels
          3 | 1 | 1 | y = Div(x, m)       | (1x1x2x4x4), of which only a local response
          3 | 1 | 1 | y = Sum(m, one, one) | it reads a mean of squares of neighbouring channels
          3 | 1 | 1 | y = Conv(x, w, m)   | it reads a mean of squares of neighbouring channels
          2 | 1 | 0 | y = Identity(m)     | over an odd number of channels, with as many zeros
          3 | 2 | 0 | y = Identity(m)     | over an odd number of channels, with as many zeros
          3 | 0 | 0 | y = Identity(m)     | over an odd number of channels, with as many zeros
          """)
  void aMeanOfNeighboursThatMakesNoResponseNormalizationIsNamed(
      int size, int before, int after, String node, String reason) throws Exception {
    TestGraph test = picture().node("sq = Mul(x, x)").integers("axis", 1);
    test.integers("pads", 0, 0, before, 0, 0, 0, 0, after, 0, 0);
    test.node("un = Unsqueeze(sq, axis)").node("p = Pad(un, pads)");
    test.node("m = AveragePool(p)", "kernel_shape", List.of(size, 1, 1));
    String message = refused(test.node(node)).getMessage();
    assertTrue(message.contains(reason), message);
  }

  /** What a mean over channels would pad with, or along, is no zeros of a normalization. */
  @Test
  void paddingThatNoResponseNormalizationHasIsNamed() throws Exception {
    TestGraph reflected = picture().node("sq = Mul(x, x)").integers("axis", 1);
    reflected.integers("pads", 0, 0, 1, 0, 0, 0, 0, 1, 0, 0).node("un = Unsqueeze(sq, axis)");
    reflected.node("p = Pad(un, pads)", "mode", "reflect");
    reflected.node("m = AveragePool(p)", "kernel_shape", List.of(3, 1, 1));
    String message = refused(reflected.node("y = Div(x, m)")).getMessage();
    assertTrue(message.contains("node 'p': operator 'Pad': mode reflect"), message);
    for (int count : new int[] {0, 2, 5}) {
      List<Integer> pads = Collections.nCopies(count, 1);
      TestGraph test = picture().node("sq = Mul(x, x)").integers("axis", 1);
      test.node("un = Unsqueeze(sq, axis)");
      test.node("m = AveragePool(un)", "kernel_shape", List.of(3, 1, 1), "pads", pads);
      message = refused(test.node("y = Div(x, m)")).getMessage();
      assertTrue(message.contains(count + " pads for 3 axes"), message);
    }
  }

  @Test
  void aPoolingInThreeDimensionsIsNamed() throws Exception {
    TestGraph test = picture().integers("axis", 1).node("un = Unsqueeze(x, axis)");
    test.node("y = AveragePool(un)", "kernel_shape", List.of(1, 2, 2));
    String message = refused(test).getMessage();
    assertTrue(message.contains("1x1x2x4x4, which are no squares"), message);
  }

  @Test
  void anIfThatCannotBeTakenIsNamed() throws Exception {
    TestGraph relu = new TestGraph().output("z").node("z = Relu(x)");
    assertNamed("x", relu, "its condition (input 0) is not a constant");
    assertNamed("zero", relu, "else_branch is missing");
    TestGraph both = new TestGraph().output("z").output("z").node("z = Relu(x)");
    assertNamed("one", both, "then_branch has 2 outputs");
    TestGraph unmade = new TestGraph().output("z").node("r = Relu(x)");
    assertNamed("one", unmade, "no node makes 'z'");
    TestGraph twice = new TestGraph().output("x").node("x = Relu(x)");
    assertNamed("one", twice, "two values are named 'x'");
    twice = new TestGraph().output("z").tensor("w", List.of(), 1).node("z = Add(x, w)");
    assertNamed("one", twice, "two values are named 'w'");
    TestGraph failing = new TestGraph().output("z").node("z = Det(x)");
    assertNamed("one", failing, "node 'z': operator 'Det': Setun does not have it");
  }

  private void assertNamed(String condition, TestGraph branch, String reason) throws Exception {
    TestGraph test = picture().tensor("zero", List.of(), 0).node("r = Relu(x)");
    test.node("c = If(" + condition + ")", "then_branch", branch).node("y = Add(c, r)");
    String message = refused(test).getMessage();
    assertTrue(message.contains(reason), message);
  }

  @Test
  void paddingThatNoWindowTakesInIsNamed() throws Exception {
    TestGraph test = picture().integers("pads", 0, 0, 1, 1, 0, 0, 1, 1);
    ConversionException e = refused(test.node("p = Pad(x, pads)").node("y = Relu(p)"));
    assertTrue(e.getMessage().contains("the padding before it cannot become a part"));
    TestGraph pool = picture().integers("pads", 0, 0, 1, 1, 0, 0, 1, 1);
    pool.node("p = Pad(x, pads)").node("y = MaxPool(p)", "kernel_shape", List.of(3, 3));
    assertTrue(refused(pool).getMessage().contains("0.0, which could be a maximum"));
  }

  @Test
  void anOutputThatIsTheInputIsNoNetwork() throws Exception {
    assertTrue(refused(picture().node("y = Identity(x)")).getMessage().contains("one layer"));
  }

  @Test
  void anOpenHeightIsNamed() throws Exception {
    TestGraph test = picture().node("y = Relu(x)");
    test.graph
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(2)
        .setDimParam("height");
    Path file = test.write(folder);
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> OnnxConverter.convert(file, Optional.empty()));
    assertTrue(e.getMessage().contains("leaves extent 2 open ('height')"), e.getMessage());
  }
}
