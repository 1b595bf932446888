// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.TensorProto;
import org.setun.loader.onnx.proto.TensorProto.DataLocation;

/** Small ONNX models to begin with. */
public final class OnnxSeeds {
  private OnnxSeeds() {}

  public static List<byte[]> onnx() {
    TestGraph ternary = TestGraph.reading(2, 4, 4);
    ternary.tensor("half", List.of(), 0.5f).tensor("minusHalf", List.of(), -0.5f);
    ternary.node("g = Less(x, half)").node("h = Not(g)").node("p = Cast(h)", "to", 1);
    ternary.node("l = Less(x, minusHalf)").node("n = Cast(l)", "to", 1).node("t = Sub(p, n)");
    ternary.tensor("w", List.of(1, 2, 1, 1), 0.25f, -0.25f).tensor("b", List.of(1), 3);
    ternary.node("y = Conv(t, w, b)", "pads", List.of(1, 0, 1, 0), "strides", List.of(2, 1));

    TestGraph plain = TestGraph.reading(1, 4, 4);
    plain.tensor("w", List.of(2, 1, 3, 3), new float[18]).tensor("s", List.of(2, 1, 1), 1, 2);
    plain.node("c = Conv(x, w)").node("p = PRelu(c, s)");
    plain.node("m = MaxPool(p)", "kernel_shape", List.of(2, 2)).node("f = Flatten(m)");
    plain.tensor("v", List.of(3, 2), 1, 2, 3, 4, 5, 6).tensor("k", List.of(3), 7, 8, 9);
    plain.node("y = Gemm(f, v, k)", "transB", 1);

    TestGraph nested = TestGraph.reading(1, 2, 2).node("y = Relu(x)");
    NodeProto.Builder condition = nested.graph.addNodeBuilder().setOpType("If");
    condition.addAttributeBuilder().setName("then_branch").setG(plain.model().getGraph());

    // Reads beside itself: a file that is not there, and a folder.
    TestGraph external = TestGraph.reading(1, 2, 2).node("y = Conv(x, w)");
    TensorProto.Builder weight = external.graph.addInitializerBuilder().setName("w");
    weight.setDataType(TensorProto.DataType.FLOAT_VALUE).setDataLocation(DataLocation.EXTERNAL);
    weight.addAllDims(List.of(1L, 1L, 1L, 1L));
    weight.addExternalDataBuilder().setKey("location").setValue("input");
    weight.addExternalDataBuilder().setKey("offset").setValue("4");
    return Stream.of(ternary, plain, nested, external)
        .map(graph -> graph.model().toByteArray())
        .toList();
  }
}
