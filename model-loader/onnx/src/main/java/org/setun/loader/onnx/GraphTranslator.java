// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.setun.kernels.InvalidNetworkException;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Deferred;
import org.setun.loader.onnx.Value.Expanded;
import org.setun.loader.onnx.Value.Failed;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.proto.GraphProto;
import org.setun.loader.onnx.proto.TensorProto;
import org.setun.loader.onnx.proto.ValueInfoProto;

/**
 * Rewrites an ONNX graph to layers, one node after the other. Each value is known as what a layer
 * makes and a function of its elements, so that it does not matter by which operators an exporter
 * wrote a ternarization or a BatchNorm.
 */
final class GraphTranslator {
  /** Inputs of a node whose extents are named. */
  private static final int LISTED = 5;

  /** Elements that may be made for each byte of the file, and for the smallest files. */
  private static final long ELEMENTS_PER_BYTE = 16;

  private static final long FREE_ELEMENTS = 1 << 22;

  private final OnnxFile file;
  private final LiveGraph live;
  private final TensorReader tensors;
  private final Translation t;
  private final ConvolutionRule convolutions;
  private final PoolRule pools;
  private final ResponseRule responses;
  private final ShapeRule shapes;
  private final ElementwiseRule elementwise;
  private final ConstantRule constants;
  private final List<String> problems = new ArrayList<>();

  private GraphTranslator(OnnxFile file) throws CheckpointException {
    this.file = file;
    this.live = LiveGraph.of(file);
    Map<String, TensorProto> initializers = new HashMap<>();
    for (TensorProto tensor : file.graph().getInitializerList()) {
      initializers.put(tensor.getName(), tensor);
    }
    this.tensors = new TensorReader(file.path(), file.memory().isEmpty());
    this.t =
        new Translation(
            tensors,
            initializers,
            live.uses(),
            live.input().batch(),
            FREE_ELEMENTS + ELEMENTS_PER_BYTE * file.model().getSerializedSize());
    this.convolutions = new ConvolutionRule(t);
    this.pools = new PoolRule(t);
    this.responses = new ResponseRule(t);
    this.shapes = new ShapeRule(t);
    this.elementwise = new ElementwiseRule(t);
    this.constants = new ConstantRule(t, file.opset());
  }

  /**
   * What became of a model.
   *
   * @param externalFiles the files beside it that hold some of its weights
   */
  record Translated(NetworkGraph graph, List<Path> externalFiles) {}

  /**
   * Translates a model.
   *
   * @throws ConversionException naming every node that cannot be run
   * @throws CheckpointException if the file contradicts the format
   */
  static Translated translate(OnnxFile file) throws IOException {
    GraphTranslator translator = new GraphTranslator(file);
    NetworkGraph graph = translator.translate();
    return new Translated(graph, List.copyOf(translator.tensors.externalFiles()));
  }

  private NetworkGraph translate() throws IOException {
    GraphInput input = live.input();
    t.put(
        input.name(),
        Activation.of(new Source(NetworkGraph.INPUT, input.shape()), input.layout())
            .withDims(input.dims()));
    for (Node node : live.nodes()) {
      translate(node);
    }
    Optional<Source> output = Optional.empty();
    Value value = t.find(live.output());
    if (!(value instanceof Failed)) {
      try {
        output = Optional.of(output(value));
      } catch (NodeException | IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw problems("has parts that Setun does not run");
    }
    try {
      return new NetworkGraph(input.shape(), t.layersUpTo(output.orElseThrow()));
    } catch (InvalidNetworkException e) {
      problems.add(e.getMessage());
      throw problems("makes no network");
    }
  }

  private Source output(Value value) throws NodeException {
    Node reader = Node.ofOutput(live.output());
    Activation activation = t.activation(reader, value);
    if (!activation.layout().isChannelsFirst()) {
      throw reader.error(
          "its elements ("
              + Constant.extents(activation.dims())
              + ") are not in the order channels, rows, columns; end the graph before the last"
              + " Transpose");
    }
    return t.layer(reader, activation);
  }

  private ConversionException problems(String summary) {
    return new ConversionException(file.path(), summary, problems);
  }

  private void translate(Node node) throws CheckpointException {
    boolean known = true;
    for (String name : node.inputs()) {
      if (name.isEmpty()) {
        continue;
      }
      Value value = t.find(name);
      if (value == null) {
        throw file.error(
            Kind.MALFORMED,
            "node "
                + CheckpointException.quote(node.name())
                + " reads "
                + CheckpointException.quote(name)
                + ", which no node before it makes");
      }
      if (value instanceof Failed) {
        node.outputs().forEach(output -> t.put(output, new Failed()));
        return;
      }
      known &= value instanceof Known;
    }
    Value result;
    try {
      if (node.op().equals("If")) {
        putAll(node.outputs(), branch(node));
        return;
      }
      if (node.op().equals("Split") && !known) {
        putAll(node.outputs(), shapes.split(node));
        return;
      }
      live.requireOneOutput(node);
      result = known ? constants.apply(node) : apply(node);
      t.put(node.output(), result);
    } catch (NodeException e) {
      problems.add(e.getMessage() + inputs(node));
      node.outputs().forEach(output -> t.put(output, new Failed()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      problems.add(node.error(e.getMessage()).getMessage() + inputs(node));
      node.outputs().forEach(output -> t.put(output, new Failed()));
    }
  }

  /** The nodes of the branch that an If takes, whose condition must be known. */
  private List<Value> branch(Node node) throws NodeException, CheckpointException {
    Constant condition = t.known(node, 0, "its condition");
    String attribute = condition.isAllZero() ? "else_branch" : "then_branch";
    GraphProto graph =
        node.graph(attribute).orElseThrow(() -> node.error(attribute + " is missing"));
    if (graph.getOutputCount() != node.outputs().size()) {
      throw node.error(attribute + " has " + graph.getOutputCount() + " outputs");
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      t.give(node, tensor);
    }
    for (Node inner : LiveGraph.nodes(graph)) {
      for (String output : inner.outputs()) {
        if (!output.isEmpty() && t.find(output) != null) {
          throw node.error("two values are named " + CheckpointException.quote(output));
        }
      }
      translate(inner);
    }
    List<Value> results = new ArrayList<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      Value value = t.find(output.getName());
      if (value == null) {
        throw node.error("no node makes " + CheckpointException.quote(output.getName()));
      }
      results.add(value);
    }
    return results;
  }

  private void putAll(List<String> names, List<Value> made) {
    for (int i = 0; i < made.size(); i++) {
      if (!names.get(i).isEmpty()) {
        t.put(names.get(i), made.get(i));
      }
    }
  }

  /** The extents of a node's inputs, as far as they are known. */
  private String inputs(Node node) throws CheckpointException {
    List<String> extents = new ArrayList<>();
    for (String name : node.inputs().stream().limit(LISTED).toList()) {
      switch (name.isEmpty() ? null : t.find(name)) {
        case Known(Constant constant) -> extents.add(Constant.extents(constant.dims()));
        case Activation activation -> extents.add(Constant.extents(activation.dims()));
        case Deferred deferred -> extents.add(Constant.extents(deferred.dims()));
        case Expanded expanded -> extents.add(Constant.extents(expanded.dims()));
        case NeighbourMean mean -> extents.add(Constant.extents(mean.dims()));
        case null, default -> {}
      }
    }
    return extents.isEmpty() ? "" : " (inputs: " + String.join(", ", extents) + ")";
  }

  private Value apply(Node node) throws NodeException, CheckpointException {
    if (responses.covers(node)) {
      return responses.apply(node);
    }
    if (Elementwise.covers(node.op())) {
      return elementwise.apply(node);
    }
    return switch (node.op()) {
      case "AveragePool" -> pools.averagePool(node);
      case "BatchNormalization" -> elementwise.batchNorm(node);
      case "Concat" -> shapes.concat(node);
      case "Expand" -> shapes.expand(node);
      case "Conv" -> convolutions.convolution(node);
      case "Gather" -> shapes.gather(node);
      case "Gemm" -> convolutions.gemm(node);
      case "GlobalMaxPool" -> pools.globalMaxPool(node);
      case "ReduceMax" -> pools.reduceMax(node);
      case "GlobalAveragePool" -> pools.globalAveragePool(node);
      case "LRN" -> pools.responseNormalization(node);
      case "MatMul" -> convolutions.matMul(node);
      case "MaxPool" -> pools.maxPool(node);
      case "Pad" -> shapes.pad(node);
      case "PRelu", "LeakyRelu", "Relu" -> elementwise.prelu(node);
      case "ReduceMean" -> pools.reduceMean(node);
      case "Shape" -> shapes.shape(node);
      case "Size" -> shapes.size(node);
      case "Slice" -> shapes.slice(node);
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose" -> shapes.reshape(node);
      case "Dropout", "Identity" -> t.value(node, 0);
      case "Softmax", "LogSoftmax" -> softmax(node);
      default -> throw node.error("Setun does not have it");
    };
  }

  /** Softmax and LogSoftmax over the channels; before opset 13 over all axes from one on. */
  private Value softmax(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    int rank = input.dims().length;
    boolean flattens = file.opset() < 13;
    int axis = Axes.at(node, node.integer("axis", flattens ? 1 : -1), rank);
    Activation flat = rank == 2 ? t.flattened(node, input) : input;
    boolean channels = flat.channelAxis() == axis;
    if (!channels || flattens && flat.source().shape().pixels() != 1) {
      throw node.error("it runs over other axes than the channels");
    }
    Source source = t.layer(node, flat);
    Layer layer =
        new Layer.Softmax(t.layers().name(node), source.name(), node.op().equals("LogSoftmax"));
    return flat.of(t.layers().add(layer, source.shape()), flat.dims());
  }
}
