// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Window;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.layer.Groups;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Deferred;
import org.setun.loader.onnx.Value.Expanded;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.proto.TensorProto;

/** What the rules for the operators share: the values so far, and the layers made of them. */
final class Translation {
  private static final Window ONE_PIXEL = new Window(1, 1, 1, 1, 0, 0, 0, 0, 1, 1);

  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, TensorProto> initializers;
  private final Map<String, Integer> uses;
  private final TensorReader tensors;
  private final Map<Deferred, Activation> completed = new IdentityHashMap<>();
  private final LayerList layers = new LayerList();
  private final int batch;
  private long budget;

  /**
   * Creates the state before the first node.
   *
   * @param tensors reader of the model's tensors
   * @param initializers the model's tensors by name
   * @param uses how many nodes read each value
   * @param batch images in a batch as the model declares it, 1 where it leaves that open
   * @param budget elements of constants and weights that may be made of the file's
   */
  Translation(
      TensorReader tensors,
      Map<String, TensorProto> initializers,
      Map<String, Integer> uses,
      int batch,
      long budget) {
    this.tensors = tensors;
    this.initializers = initializers;
    this.uses = uses;
    this.batch = batch;
    this.budget = budget;
  }

  LayerList layers() {
    return layers;
  }

  int batch() {
    return batch;
  }

  TensorReader tensors() {
    return tensors;
  }

  /** The value of a name, null if no node before made it. */
  Value find(String name) throws CheckpointException {
    Value value = values.get(name);
    if (value == null && initializers.containsKey(name)) {
      value = new Known(tensors.read(name, initializers.get(name)));
      values.put(name, value);
    }
    return value;
  }

  /** Adds a tensor of a branch to the model's own. */
  void give(Node node, TensorProto tensor) throws NodeException, CheckpointException {
    if (find(tensor.getName()) != null) {
      throw node.error("two values are named " + CheckpointException.quote(tensor.getName()));
    }
    initializers.put(tensor.getName(), tensor);
  }

  /** Names a value. A layer whose value is read twice is complete. */
  void put(String name, Value value) {
    boolean shared = value instanceof Deferred && uses.getOrDefault(name, 0) != 1;
    values.put(name, shared ? complete((Deferred) value) : value);
  }

  /** Whether a node has an input: those at the end may be missing, others have an empty name. */
  boolean hasInput(Node node, int index) {
    return index < node.inputs().size() && !node.inputs().get(index).isEmpty();
  }

  Value value(Node node, int index) throws NodeException, CheckpointException {
    if (!hasInput(node, index)) {
      throw node.error("input " + index + " is missing");
    }
    return find(node.inputs().get(index));
  }

  /** An input that must be a constant. */
  Constant known(Node node, int index, String what) throws NodeException, CheckpointException {
    if (value(node, index) instanceof Known known) {
      return known.constant();
    }
    throw node.error(what + " (input " + index + ") is not a constant");
  }

  /** A constant input that may be left out. */
  Optional<Constant> optional(Node node, int index, String what)
      throws NodeException, CheckpointException {
    return hasInput(node, index) ? Optional.of(known(node, index, what)) : Optional.empty();
  }

  /** An input that must be a value of the network. */
  Activation activation(Node node, int index) throws NodeException, CheckpointException {
    return activation(node, value(node, index));
  }

  Activation activation(Node node, Value value) throws NodeException {
    return switch (value) {
      case Activation activation -> activation;
      case Deferred deferred -> complete(deferred);
      case Known _ -> throw node.error("a constant stands where it reads a value of the network");
      case Expanded _ ->
          throw node.error(
              "it reads elements that an Expand repeats, and only element-wise operators can");
      case NeighbourMean mean -> throw node.error(ResponseRule.misused(mean));
      case Value.Failed _ -> throw new IllegalStateException("a node behind one that failed");
    };
  }

  /** Makes a deferred layer. */
  Activation complete(Deferred deferred) {
    return completed.computeIfAbsent(
        deferred, d -> Activation.of(layers.add(d.layer())).withDims(d.dims()));
  }

  /**
   * The value as a layer makes it: where element-wise operators stand behind a layer, they become
   * one that multiplies and adds.
   */
  Source layer(Node reader, Activation activation) throws NodeException {
    if (!activation.padding().isNone()) {
      throw reader.error("the padding before it cannot become a part of it");
    }
    Source source = activation.source();
    Optional<Source> made = source.layer(activation.place());
    if (made.isPresent()) {
      return made.get();
    }
    Optional<Affine> affine = source.affine(activation.place());
    Optional<StepFunction> steps =
        affine.isPresent() ? Optional.empty() : source.steps(activation.place());
    if (steps.isPresent()) {
      Source trits = tritLayer(reader, source, steps.get());
      source.setLayer(activation.place(), trits);
      return trits;
    }
    Optional<LevelFunction> levels =
        affine.isPresent() ? Optional.empty() : source.levels(activation.place());
    if (levels.isPresent()) {
      Source values = levelLayer(reader, source, levels.get());
      source.setLayer(activation.place(), values);
      return values;
    }
    Source layer;
    if (affine.isEmpty()) {
      layer = lastOperator(reader, activation);
    } else {
      layer = affine.get().isIdentity() ? source : affineLayer(reader, source, affine.get());
    }
    source.setLayer(activation.place(), layer);
    return layer;
  }

  /**
   * A vector (1xF) whose every feature is a channel: what constants per feature are applied to. A
   * value with one pixel is one already.
   */
  Activation flattened(Node reader, Activation activation) throws NodeException {
    Shape shape = activation.source().shape();
    if (shape.pixels() == 1) {
      return activation;
    }
    Source source = layer(reader, activation);
    Shape flat = new Shape(shape.size(), 1, 1);
    Source result =
        layers.add(new Layer.Flatten(layers.name(source.name() + ".flat"), source.name()), flat);
    if (!activation.layout().isChannelsFirst()) {
      spend(reader, shape.size());
      int[] order = activation.layout().places(shape);
      String name = layers.name(source.name() + ".order");
      result = layers.add(new Layer.ChannelSelection(name, result.name(), order), flat);
    }
    return Activation.of(result).withDims(activation.dims());
  }

  /** Whether a value is a vector of several pixels, and a constant has one value per feature. */
  static boolean isPerFeature(Activation activation, Constant constant) {
    int size = activation.source().shape().size();
    return activation.source().shape().pixels() > 1
        && activation.dims()[activation.dims().length - 1] == size
        && constant.count() == size
        && constant.dims()[constant.dims().length - 1] == size;
  }

  /** Trits as fp32 values: a ternary convolution that gives each channel as it is. */
  private Source tritLayer(Node reader, Source source, StepFunction steps) throws NodeException {
    int channels = source.shape().channels();
    TernaryKernel identity = identity(reader, channels);
    float[] scale = new float[channels];
    Arrays.fill(scale, steps.level());
    Layer layer =
        new Layer.TernaryConvolution(
            layers.name(source.name() + ".trits"),
            source.name(),
            ONE_PIXEL,
            steps.thresholds(channels),
            identity,
            scale,
            new float[channels]);
    return layers.add(layer, source.shape());
  }

  /** Two or three levels as fp32 values: of trits, those between which they lie. */
  private Source levelLayer(Node reader, Source source, LevelFunction levels) throws NodeException {
    int channels = source.shape().channels();
    TernaryKernel identity = identity(reader, channels);
    Layer layer =
        new Layer.AsymmetricTernaryConvolution(
            layers.name(source.name() + ".levels"),
            source.name(),
            ONE_PIXEL,
            levels.thresholds(channels),
            identity,
            levels.plusScale(channels),
            levels.minusScale(channels),
            levels.middle(channels));
    return layers.add(layer, source.shape());
  }

  private TernaryKernel identity(Node reader, int channels) throws NodeException {
    spend(reader, (long) channels * channels);
    return Groups.identity(channels);
  }

  /** An error about the node whose function of a value is not among those that layers compute. */
  private NodeException noLayer(Node reader, Activation activation) {
    Source source = activation.source();
    Node maker = source.maker(activation.place()).orElse(reader);
    return maker.error(
        "what it and the operators before it make of "
            + CheckpointException.quote(source.name())
            + " ("
            + Constant.extents(activation.dims())
            + ") is no function that layers compute (ONNX.md lists them), and "
            + CheckpointException.quote(reader.name())
            + " reads it; export the network without it, or with operators that are listed");
  }

  /**
   * Computes a function by layers: all that follows some operator if a layer knows that, else its
   * last operator, after the layers of its operands.
   */
  private Source lastOperator(Node reader, Activation activation) throws NodeException {
    Source source = activation.source();
    int place = activation.place();
    if (source.function(place).isEmpty()) {
      throw noLayer(reader, activation); // too long to look at
    }
    int channels = source.shape().channels();
    for (int inner = Source.SELF; inner < place; inner++) {
      Optional<KnownFunction> known =
          source.function(place, inner).flatMap(f -> KnownFunction.of(f, channels));
      if (known.isPresent()) {
        Source operand =
            times(reader, layer(reader, activation.withPlace(inner)), known.get().inner());
        Layer layer = known.get().layer(name(source, place), operand.name(), channels);
        return times(reader, layers.add(layer, source.shape()), known.get().outer());
      }
    }
    ScalarOp op = source.op(place);
    boolean secondIsStill = op.b() < 0 || source.isStill(op.b());
    boolean oneIsStill = secondIsStill || source.isStill(op.a());
    return switch (op.kind()) {
      case ADD, SUB, MUL, NEG ->
          oneIsStill
              ? affineOperator(reader, activation, op, secondIsStill)
              : combination(reader, activation, op);
      case DIV -> {
        if (!secondIsStill) {
          throw noLayer(reader, activation);
        }
        yield affineOperator(reader, activation, op, true);
      }
      case MIN, MAX -> {
        if (!oneIsStill) {
          throw noLayer(reader, activation);
        }
        int moving = secondIsStill ? op.a() : op.b();
        yield bound(reader, activation, op, moving, secondIsStill ? op.b() : op.a());
      }
      default -> throw noLayer(reader, activation);
    };
  }

  private Source times(Node reader, Source source, float factor) throws NodeException {
    if (factor == 1) {
      return source;
    }
    int product = source.add(Kind.MUL, Source.SELF, source.constant(factor), -1, Element.REAL);
    return layer(reader, Activation.of(source).withPlace(product));
  }

  private String name(Source source, int place) {
    return source
        .maker(place)
        .map(layers::name)
        .orElseGet(() -> layers.name(source.name() + ".function"));
  }

  /** The operator with a constant, on the layer of the other operand. */
  private Source affineOperator(Node reader, Activation activation, ScalarOp op, boolean first)
      throws NodeException {
    Source source = activation.source();
    int moving = first ? op.a() : op.b();
    Source inner = layer(reader, activation.withPlace(moving));
    int other = op.b() < 0 ? -1 : inner.constant(source.values(first ? op.b() : op.a()));
    int place =
        inner.add(
            op.kind(), first ? Source.SELF : other, first ? other : Source.SELF, -1, Element.REAL);
    source.maker(activation.place()).ifPresent(maker -> inner.setMaker(place, maker));
    return layer(reader, Activation.of(inner).withPlace(place));
  }

  /** A sum, difference or product of two functions of one value. */
  private Source combination(Node reader, Activation activation, ScalarOp op) throws NodeException {
    Source source = activation.source();
    Source left = layer(reader, activation.withPlace(op.a()));
    Source right = layer(reader, activation.withPlace(op.b()));
    if (op.kind() == Kind.SUB) {
      int negated = right.add(Kind.NEG, Source.SELF, -1, -1, Element.REAL);
      right = layer(reader, Activation.of(right).withPlace(negated));
    }
    String name = name(source, activation.place());
    Layer layer =
        op.kind() == Kind.MUL
            ? new Layer.Multiply(name, left.name(), right.name())
            : new Layer.Add(name, left.name(), right.name());
    return layers.add(layer, source.shape());
  }

  /** The smaller or larger of a function and a bound for each channel, by way of ReLU. */
  private Source bound(Node reader, Activation activation, ScalarOp op, int moving, int still)
      throws NodeException {
    Source inner = layer(reader, activation.withPlace(moving));
    float[] bounds = activation.source().values(still);
    int sign = op.kind() == Kind.MAX ? 1 : -1;
    // max(x, b) = relu(x - b) + b and min(x, b) = b - relu(b - x).
    int bound = inner.constant(bounds);
    int beyond =
        inner.add(
            Kind.SUB,
            sign > 0 ? Source.SELF : bound,
            sign > 0 ? bound : Source.SELF,
            -1,
            Element.REAL);
    Source difference = layer(reader, Activation.of(inner).withPlace(beyond));
    Layer layer =
        KnownFunction.relu()
            .layer(
                name(activation.source(), activation.place()),
                difference.name(),
                inner.shape().channels());
    Source rectified = layers.add(layer, inner.shape());
    int again = rectified.constant(bounds);
    int result =
        sign > 0
            ? rectified.add(Kind.ADD, Source.SELF, again, -1, Element.REAL)
            : rectified.add(Kind.SUB, again, Source.SELF, -1, Element.REAL);
    return layer(reader, Activation.of(rectified).withPlace(result));
  }

  private Source affineLayer(Node reader, Source source, Affine affine) throws NodeException {
    int channels = source.shape().channels();
    spend(reader, 4L * channels);
    Affine expanded = affine.expanded(channels);
    String name = layers.name(source.name() + ".affine");
    return layers.add(
        new Layer.Affine(
            name,
            source.name(),
            Affine.round("scale", expanded.scale()),
            Affine.round("shift", expanded.shift())),
        source.shape());
  }

  /**
   * Counts elements of arrays that are made, so that a file whose nodes share a few bytes cannot
   * ask for more memory than a multiple of its size.
   */
  void spend(Node node, long elements) throws NodeException {
    budget -= elements;
    if (budget < 0) {
      throw node.error("constants and weights become many times larger than the file");
    }
  }

  List<Layer> layersUpTo(Source output) {
    return layers.upTo(output);
  }
}
