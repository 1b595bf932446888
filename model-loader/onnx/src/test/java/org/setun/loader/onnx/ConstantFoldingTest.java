// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.TensorProto;

/** Nodes that depend on constants alone give what ONNX Runtime gives. */
class ConstantFoldingTest {
  private static final Path MODELS = Path.of(System.getProperty("setun.testdata"), "onnx");

  /** Relative; fp32 sums of ONNX Runtime are off by more than ours. */
  private static final double TOLERANCE = 2e-6;

  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> everyOperatorOfOpset9() throws Exception {
    return everyOperator("folding-opset9.onnx", 162);
  }

  @TestFactory
  List<DynamicTest> everyOperatorOfOpset13() throws Exception {
    return everyOperator("folding-opset13.onnx", 144);
  }

  @TestFactory
  List<DynamicTest> everyOperatorOfOpset21() throws Exception {
    return everyOperator("folding-opset21.onnx", 164);
  }

  private static List<DynamicTest> everyOperator(String name, int least) throws Exception {
    OnnxFile file = OnnxFile.open(MODELS.resolve(name));
    Map<String, TensorProto> tensors = new HashMap<>();
    file.graph().getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
    Translation t =
        new Translation(new TensorReader(file.path(), true), tensors, Map.of(), 1, Long.MAX_VALUE);
    ConstantRule rule = new ConstantRule(t, file.opset());
    List<NodeProto> nodes = file.graph().getNodeList();
    assertTrue(nodes.size() >= least, nodes.size() + " nodes");
    return nodes.stream()
        .map(
            node ->
                DynamicTest.dynamicTest(
                    node.getName(),
                    () -> {
                      Constant actual = ((Known) rule.apply(new Node(node))).constant();
                      String expected = "expected:" + node.getOutput(0);
                      assertSame(((Known) t.find(expected)).constant(), actual);
                    }))
        .toList();
  }

  private static void assertSame(Constant expected, Constant actual) {
    assertArrayEquals(expected.dims(), actual.dims());
    assertEquals(expected.type(), actual.type());
    for (int i = 0; i < expected.count(); i++) {
      if (expected.isReal()) {
        double allowed = TOLERANCE * Math.max(1, Math.abs(expected.real(i)));
        assertEquals(expected.real(i), actual.real(i), allowed, "element " + i);
      } else {
        assertEquals(expected.integer(i), actual.integer(i), "element " + i);
      }
    }
  }

  private ConversionException refused(TestGraph test) throws Exception {
    Path file = test.write(folder);
    return assertThrows(
        ConversionException.class, () -> OnnxConverter.convert(file, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v = Tile(huge, many)",
        "v = Expand(ramp, big)",
        "v = ReduceSum(huge)",
        "v = CumSum(huge, zero)",
        "v = MatMul(huge, huge)",
        "v = Range(zero, end, one)",
      })
  void aFewBytesDoNotMakeMuchWork(String node) throws Exception {
    TestGraph test = TestGraph.reading(2, 2, 2).integers("extents", 2000000000L);
    test.integers("zero", 0).integers("one", 1).integers("end", 2000000000L);
    test.integers("many", 1).integers("big", 100000000, 2).tensor("ramp", List.of(2), 1, 2);
    test.node("huge = ConstantOfShape(extents)").node("r = Relu(x)").node(node);
    long start = System.nanoTime();
    ConversionException e = refused(test.node("y = Add(r, v)"));
    assertTrue(System.nanoTime() - start < 5_000_000_000L, "it took too long");
    assertEquals(1, e.problems().size(), e.getMessage());
    assertTrue(
        e.problems().getFirst().startsWith("node 'v'") || node.contains("Tile"), e.getMessage());
  }

  @Test
  void aQuantizerOfStrangeWidthIsNamed() throws Exception {
    TestGraph test = TestGraph.reading(2, 2, 2).tensor("s", List.of(), 1).tensor("z", List.of(), 0);
    test.tensor("bits", List.of(), 1.5f).node("q = Quant(x, s, z, bits)").node("y = Relu(q)");
    test.graph.getNodeBuilder(0).setDomain("onnx.brevitas");
    ConversionException e = refused(test);
    assertEquals(
        List.of(
            "node 'q': operator 'onnx.brevitas.Quant': its bit width is 1.5; it must be one whole"
                + " number from 1 to 24 (inputs: 1x2x2x2, a scalar, a scalar, a scalar)"),
        e.problems());
  }
}
