// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * An ONNX model in the making. Field numbers are those of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
final class OnnxGraph {
  /** Element types, with the numbers of {@code TensorProto.DataType}. */
  enum Type {
    FLOAT(1),
    UINT8(2),
    INT8(3),
    INT32(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /** The first version whose quantization operators have an axis. */
  private static final int OPSET = 13;

  private static final int IR_VERSION = 8;

  private final ProtoMessage graph = new ProtoMessage().string(2, "benchmark");

  /** Declares an input. */
  void input(String name, Type type, long... dimensions) {
    graph.message(11, valueInfo(name, type, dimensions));
  }

  /** Declares an output. */
  void output(String name, Type type, long... dimensions) {
    graph.message(12, valueInfo(name, type, dimensions));
  }

  private static ProtoMessage valueInfo(String name, Type type, long... dimensions) {
    ProtoMessage shape = new ProtoMessage();
    for (long dimension : dimensions) {
      shape.message(1, new ProtoMessage().integer(1, dimension));
    }
    ProtoMessage tensor = new ProtoMessage().integer(1, type.number).message(2, shape);
    return new ProtoMessage().string(1, name).message(2, new ProtoMessage().message(1, tensor));
  }

  /** Adds a constant; a scalar if there are no dimensions. Returns its name. */
  String constant(String name, float[] values, long... dimensions) {
    ByteBuffer raw = raw(values.length * Float.BYTES);
    raw.asFloatBuffer().put(values);
    return constant(name, Type.FLOAT, raw, dimensions);
  }

  /** Adds a constant of 32-bit integers. */
  String constant(String name, int[] values, long... dimensions) {
    ByteBuffer raw = raw(values.length * Integer.BYTES);
    raw.asIntBuffer().put(values);
    return constant(name, Type.INT32, raw, dimensions);
  }

  /** Adds a constant of 8-bit integers. */
  String constant(String name, Type type, byte[] values, long... dimensions) {
    return constant(name, type, ByteBuffer.wrap(values), dimensions);
  }

  private static ByteBuffer raw(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, Type type, ByteBuffer raw, long... dimensions) {
    ProtoMessage tensor = new ProtoMessage();
    for (long dimension : dimensions) {
      tensor.integer(1, dimension);
    }
    graph.message(5, tensor.integer(2, type.number).string(8, name).bytes(9, raw.array()));
    return name;
  }

  /**
   * Adds a node.
   *
   * @param operator the operator's name
   * @param inputs names of the values read
   * @param output name of the value made
   * @param attributes {@code Integer}, {@code Float} or {@code long[]} by name
   */
  void node(String operator, List<String> inputs, String output, Map<String, ?> attributes) {
    ProtoMessage node = new ProtoMessage();
    inputs.forEach(input -> node.string(1, input));
    node.string(2, output).string(3, output + "/" + operator).string(4, operator);
    attributes.forEach((name, value) -> node.message(5, attribute(name, value)));
    graph.message(1, node);
  }

  private static ProtoMessage attribute(String name, Object value) {
    ProtoMessage attribute = new ProtoMessage().string(1, name);
    switch (value) {
      case Float f -> attribute.real(2, f).integer(20, 1);
      case Integer i -> attribute.integer(3, i).integer(20, 2);
      case long[] all -> {
        for (long i : all) {
          attribute.integer(8, i);
        }
        attribute.integer(20, 7);
      }
      default ->
          throw new IllegalArgumentException("attribute " + name + " of " + value.getClass());
    }
    return attribute;
  }

  /** The serialized model. */
  byte[] toModel() {
    return new ProtoMessage()
        .integer(1, IR_VERSION)
        .message(7, graph)
        .message(8, new ProtoMessage().string(1, "").integer(2, OPSET))
        .toByteArray();
  }
}
