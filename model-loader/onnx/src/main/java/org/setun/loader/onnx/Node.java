// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.proto.AttributeProto;
import org.setun.loader.onnx.proto.AttributeProto.AttributeType;
import org.setun.loader.onnx.proto.GraphProto;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.TensorProto;

/** A node of the graph, whose attributes are read with their types checked. */
final class Node {
  private final NodeProto proto;
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  Node(NodeProto proto) {
    this.proto = proto;
    proto.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  /** A node that stands for the reader of the network's output. */
  static Node ofOutput(String name) {
    return new Node(
        NodeProto.newBuilder().setName(name).setOpType("output").addInput(name).build());
  }

  /** The operator, without a domain where it is ONNX's own. */
  String op() {
    String domain = proto.getDomain();
    return domain.isEmpty() || domain.equals("ai.onnx")
        ? proto.getOpType()
        : domain + "." + proto.getOpType();
  }

  /** The node's name, or that of its first output. */
  String name() {
    return proto.getName().isEmpty() ? output() : proto.getName();
  }

  List<String> inputs() {
    return proto.getInputList();
  }

  /** All names that it reads: its inputs, and what the nodes of its branches read. */
  List<String> reads() {
    List<String> reads = new ArrayList<>(proto.getInputList());
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.hasG()) {
        GraphProto graph = attribute.getG();
        graph.getNodeList().forEach(node -> reads.addAll(new Node(node).reads()));
        graph.getOutputList().forEach(output -> reads.add(output.getName()));
      }
    }
    return reads;
  }

  List<String> outputs() {
    return proto.getOutputList();
  }

  /** Name of the first output; empty if there is none. */
  String output() {
    return proto.getOutputCount() == 0 ? "" : proto.getOutput(0);
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  long integer(String attribute, long absent) throws NodeException {
    return find(attribute, AttributeType.INT).map(AttributeProto::getI).orElse(absent);
  }

  /** Whether it is a Transpose from channels last to channels first. */
  boolean movesChannelsToFront() {
    AttributeProto order = attributes.get("perm");
    return order != null && order.getIntsList().equals(List.of(0L, 3L, 1L, 2L));
  }

  /** A switch that is off unless it is there. */
  boolean flag(String attribute) throws NodeException {
    return integer(attribute, 0) != 0;
  }

  float real(String attribute, float absent) throws NodeException {
    return find(attribute, AttributeType.FLOAT).map(AttributeProto::getF).orElse(absent);
  }

  String text(String attribute, String absent) throws NodeException {
    return find(attribute, AttributeType.STRING).map(a -> a.getS().toStringUtf8()).orElse(absent);
  }

  Optional<TensorProto> tensor(String attribute) throws NodeException {
    return find(attribute, AttributeType.TENSOR).map(AttributeProto::getT);
  }

  Optional<GraphProto> graph(String attribute) throws NodeException {
    return find(attribute, AttributeType.GRAPH).map(AttributeProto::getG);
  }

  Optional<long[]> integers(String attribute) throws NodeException {
    return find(attribute, AttributeType.INTS)
        .map(a -> a.getIntsList().stream().mapToLong(Long::longValue).toArray());
  }

  float[] reals(String attribute) throws NodeException {
    List<Float> values =
        find(attribute, AttributeType.FLOATS).map(AttributeProto::getFloatsList).orElse(List.of());
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /** An error about this node. */
  NodeException error(String reason) {
    return new NodeException(
        "node "
            + CheckpointException.quote(name())
            + ": operator "
            + CheckpointException.quote(op())
            + ": "
            + reason);
  }

  private Optional<AttributeProto> find(String name, AttributeType type) throws NodeException {
    AttributeProto attribute = attributes.get(name);
    if (attribute != null && attribute.getType() != type) {
      throw error("attribute " + name + " is " + attribute.getType() + ", not " + type);
    }
    return Optional.ofNullable(attribute);
  }
}
