// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.setun.loader.onnx.proto.AttributeProto;
import org.setun.loader.onnx.proto.AttributeProto.AttributeType;
import org.setun.loader.onnx.proto.GraphProto;
import org.setun.loader.onnx.proto.ModelProto;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.OperatorSetIdProto;
import org.setun.loader.onnx.proto.TensorProto;
import org.setun.loader.onnx.proto.TensorProto.DataType;
import org.setun.loader.onnx.proto.TensorShapeProto;
import org.setun.loader.onnx.proto.TypeProto;
import org.setun.loader.onnx.proto.ValueInfoProto;

/** A small ONNX model, written down node by node. Its input is {@code x}, its output {@code y}. */
final class TestGraph {
  final GraphProto.Builder graph = GraphProto.newBuilder();
  long opset = 17;

  /** A graph that reads a batch of any size. */
  static TestGraph reading(int... imageExtents) {
    TestGraph test = new TestGraph();
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch");
    for (int extent : imageExtents) {
      shape.addDimBuilder().setDimValue(extent);
    }
    test.graph.addInput(value("x", shape));
    return test.output("y");
  }

  TestGraph output(String name) {
    graph.addOutput(ValueInfoProto.newBuilder().setName(name));
    return this;
  }

  static ValueInfoProto value(String name, TensorShapeProto.Builder shape) {
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** Adds an fp32 initializer. */
  TestGraph tensor(String name, List<Integer> dims, float... values) {
    graph.addInitializer(floats(name, dims, values));
    return this;
  }

  static TensorProto floats(String name, List<Integer> dims, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    dims.forEach(tensor::addDims);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  /** Adds {@code t}, the trits of a value, as thresholds of ±0.5 make them. */
  TestGraph ternarize(String of) {
    return tensor("half", List.of(), 0.5f)
        .tensor("minusHalf", List.of(), -0.5f)
        .node("g = GreaterOrEqual(" + of + ", half)")
        .node("p = Cast(g)", "to", 1)
        .node("l = Less(" + of + ", minusHalf)")
        .node("n = Cast(l)", "to", 1)
        .node("t = Sub(p, n)");
  }

  /** Adds an initializer with a vector of integers. */
  TestGraph integers(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /**
   * Adds a node, written {@code y = Conv(x, w)}.
   *
   * @param attributes name and value by turns
   */
  TestGraph node(String text, Object... attributes) {
    String[] parts = text.split("[=(,)]", -1);
    NodeProto.Builder node =
        NodeProto.newBuilder().addOutput(parts[0].strip()).setOpType(parts[1].strip());
    for (int i = 2; i < parts.length - 1; i++) {
      if (parts.length > 4 || !parts[i].isBlank()) {
        node.addInput(parts[i].strip());
      }
    }
    node.setName(parts[0].strip());
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    graph.addNode(node);
    return this;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Integer i -> attribute.setType(AttributeType.INT).setI(i);
      case Float f -> attribute.setType(AttributeType.FLOAT).setF(f);
      case String s -> attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
      case TestGraph g -> attribute.setType(AttributeType.GRAPH).setG(g.graph);
      case TensorProto t -> attribute.setType(AttributeType.TENSOR).setT(t);
      case List<?> list -> {
        attribute.setType(AttributeType.INTS);
        list.forEach(i -> attribute.addInts((Integer) i));
      }
      default -> throw new IllegalArgumentException(value.toString());
    }
    return attribute.build();
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .build();
  }

  Path write(Path folder) throws IOException {
    return Files.write(folder.resolve("test.onnx"), model().toByteArray());
  }
}
