// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.onnx.proto.GraphProto;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.TensorProto;
import org.setun.loader.onnx.proto.ValueInfoProto;

/**
 * The nodes that the output depends on, in the order of the file.
 *
 * @param input the network's input
 * @param output name of the value that is the network's output
 * @param nodes the nodes
 * @param uses how many times nodes, or the output, read each value
 */
record LiveGraph(GraphInput input, String output, List<Node> nodes, Map<String, Integer> uses) {
  /** Finds the nodes, and the one input and output. */
  static LiveGraph of(OnnxFile file) throws CheckpointException {
    GraphProto graph = file.graph();
    if (graph.getOutputCount() != 1) {
      throw file.error(
          Kind.UNSUPPORTED,
          "the graph has "
              + graph.getOutputCount()
              + " outputs"
              + names(graph.getOutputList())
              + ", and Setun's networks have one");
    }
    String output = graph.getOutput(0).getName();
    requireOneOfEachName(file);
    List<Node> nodes = nodes(graph);
    Map<String, Integer> uses = new HashMap<>(Map.of(output, 1));
    for (Node node : nodes) {
      node.reads().forEach(name -> uses.merge(name, 1, (old, one) -> old + one));
    }
    return new LiveGraph(input(file, nodes, uses), output, nodes, uses);
  }

  /** Refuses a node of whose outputs another than the first is read. */
  void requireOneOutput(Node node) throws NodeException {
    for (int i = 1; i < node.outputs().size(); i++) {
      if (uses.containsKey(node.outputs().get(i)) && !node.outputs().get(i).isEmpty()) {
        throw node.error("its output " + i + " is read");
      }
    }
  }

  /** The nodes that the outputs of a graph, or of a node's branch, depend on, in its order. */
  static List<Node> nodes(GraphProto graph) {
    Set<String> read = new HashSet<>();
    graph.getOutputList().forEach(output -> read.add(output.getName()));
    Deque<Node> nodes = new ArrayDeque<>();
    for (NodeProto proto : graph.getNodeList().reversed()) {
      if (proto.getOutputList().stream().anyMatch(read::contains)) {
        Node node = new Node(proto);
        nodes.addFirst(node);
        read.addAll(node.reads());
        read.remove(""); // an input that is left out
      }
    }
    return List.copyOf(nodes);
  }

  private static void requireOneOfEachName(OnnxFile file) throws CheckpointException {
    Set<String> made = new HashSet<>();
    for (TensorProto tensor : file.graph().getInitializerList()) {
      if (!made.add(tensor.getName())) {
        throw twice(file, tensor.getName());
      }
    }
    // Older models name initializers as inputs, too.
    file.graph().getInputList().forEach(value -> made.add(value.getName()));
    for (NodeProto proto : file.graph().getNodeList()) {
      for (String output : proto.getOutputList()) {
        if (!output.isEmpty() && !made.add(output)) {
          throw twice(file, output);
        }
      }
    }
  }

  private static CheckpointException twice(OnnxFile file, String name) {
    return file.error(Kind.MALFORMED, "two values are named " + CheckpointException.quote(name));
  }

  /** The one input that nodes read and the model does not itself give. */
  private static GraphInput input(OnnxFile file, List<Node> nodes, Map<String, Integer> uses)
      throws CheckpointException {
    Set<String> given =
        file.graph().getInitializerList().stream()
            .map(TensorProto::getName)
            .collect(Collectors.toSet());
    List<ValueInfoProto> read =
        file.graph().getInputList().stream()
            .filter(value -> uses.containsKey(value.getName()) && !given.contains(value.getName()))
            .toList();
    if (read.size() != 1) {
      throw file.error(
          Kind.UNSUPPORTED,
          "the output depends on "
              + read.size()
              + " inputs"
              + names(read)
              + ", and Setun's networks have one");
    }
    return GraphInput.of(file, read.getFirst(), layout(nodes, read.getFirst().getName()));
  }

  /**
   * Where a picture's channels are: last, if the first that is done to it, but for what is done to
   * each element, is to move them to the front.
   */
  private static Layout layout(List<Node> nodes, String input) {
    Set<String> unmoved = new HashSet<>(Set.of(input));
    for (Node node : nodes) {
      boolean reads = node.inputs().stream().anyMatch(unmoved::contains);
      if (reads && node.op().equals("Transpose")) {
        return node.movesChannelsToFront() ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST;
      }
      if (reads
          && (Elementwise.covers(node.op()) || Set.of("Identity", "Pad").contains(node.op()))) {
        unmoved.addAll(node.outputs());
      }
    }
    return Layout.CHANNELS_FIRST;
  }

  private static String names(List<ValueInfoProto> values) {
    return values.isEmpty()
        ? ""
        : values.stream()
            .limit(8)
            .map(value -> CheckpointException.quote(value.getName()))
            .collect(Collectors.joining(", ", " (", values.size() > 8 ? ", …)" : ")"));
  }
}
