package org.setun.loader.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
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
    List<Node> all = new ArrayList<>();
    Map<String, Integer> makers = makers(file, all);
    Set<Integer> needed = needed(all, makers, output);
    List<Node> nodes = new ArrayList<>();
    Map<String, Integer> uses = new HashMap<>(Map.of(output, 1));
    for (int i = 0; i < all.size(); i++) {
      if (needed.contains(i)) {
        nodes.add(all.get(i));
        all.get(i).inputs().forEach(name -> uses.merge(name, 1, (old, one) -> old + one));
      }
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

  /** Which node makes each value; fills in the nodes. */
  private static Map<String, Integer> makers(OnnxFile file, List<Node> all)
      throws CheckpointException {
    Map<String, Integer> makers = new HashMap<>();
    Set<String> given = new HashSet<>();
    for (TensorProto tensor : file.graph().getInitializerList()) {
      if (!given.add(tensor.getName())) {
        throw twice(file, tensor.getName());
      }
    }
    for (ValueInfoProto value : file.graph().getInputList()) {
      given.add(value.getName());
    }
    for (NodeProto proto : file.graph().getNodeList()) {
      for (String output : proto.getOutputList()) {
        boolean named = !output.isEmpty();
        if (named && (given.contains(output) || makers.put(output, all.size()) != null)) {
          throw twice(file, output);
        }
      }
      all.add(new Node(proto));
    }
    return makers;
  }

  private static CheckpointException twice(OnnxFile file, String name) {
    return file.error(Kind.MALFORMED, "two values are named " + CheckpointException.quote(name));
  }

  private static Set<Integer> needed(List<Node> all, Map<String, Integer> makers, String output) {
    Set<Integer> needed = new HashSet<>();
    Deque<String> names = new ArrayDeque<>(List.of(output));
    while (!names.isEmpty()) {
      Integer maker = makers.get(names.pop());
      if (maker != null && needed.add(maker)) {
        all.get(maker).inputs().forEach(names::push);
      }
    }
    return needed;
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
