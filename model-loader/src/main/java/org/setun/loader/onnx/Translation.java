package org.setun.loader.onnx;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Deferred;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.proto.TensorProto;

/** What the rules for the operators share: the values so far, and the layers made of them. */
final class Translation {
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
    if (affine.isEmpty()) {
      throw reader.error(
          "it reads what element-wise operators make of "
              + CheckpointException.quote(source.name())
              + ", and that is no multiplication and addition per channel"
              + (source.steps(activation.place()).isPresent()
                  ? " but trits, which only convolutions with ternary weights read"
                  : ""));
    }
    Source layer = affine.get().isIdentity() ? source : affineLayer(reader, source, affine.get());
    source.setLayer(activation.place(), layer);
    return layer;
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
