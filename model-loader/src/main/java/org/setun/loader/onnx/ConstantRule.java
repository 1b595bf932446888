package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.proto.TensorProto;

/** Nodes that depend on constants alone: computed when the model is converted. */
final class ConstantRule {
  private static final Set<String> RESHAPING = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze");

  private final Translation t;

  ConstantRule(Translation t) {
    this.t = t;
  }

  Value apply(Node node) throws NodeException, CheckpointException {
    Constant result = compute(node);
    t.spend(node, result.stored());
    return new Known(result);
  }

  private Constant compute(Node node) throws NodeException, CheckpointException {
    String op = node.op();
    if (Elementwise.covers(op)) {
      List<Constant> operands = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        operands.add(t.optional(node, i, "input").orElse(null));
      }
      return Elementwise.apply(new ConstantAlgebra(), node, operands);
    }
    if (RESHAPING.contains(op)) {
      Constant input = input(node);
      return input.withDims(Reshaping.of(t, node, input.dims()));
    }
    return switch (op) {
      case "Constant" -> constant(node);
      case "ConstantOfShape" -> constantOfShape(node);
      case "Concat" -> concat(node);
      case "Dropout", "Identity" -> input(node);
      case "Expand" -> expand(node);
      case "Gather" -> gather(node);
      case "Slice" -> slice(node);
      case "Transpose" -> transpose(node);
      default -> throw node.error("Setun does not compute it of constants");
    };
  }

  private Constant input(Node node) throws NodeException, CheckpointException {
    return t.known(node, 0, "its input");
  }

  private Constant constant(Node node) throws NodeException, CheckpointException {
    Optional<TensorProto> tensor = node.tensor("value");
    if (tensor.isPresent()) {
      return t.tensors().read(node.name(), tensor.get());
    }
    if (node.has("value_float")) {
      return Constant.ofReals(new int[0], node.real("value_float", 0));
    }
    if (node.has("value_int")) {
      return Constant.ofIntegers(new int[0], node.integer("value_int", 0));
    }
    if (node.has("value_floats")) {
      float[] values = node.reals("value_floats");
      return Constant.ofReals(new int[] {values.length}, values);
    }
    if (node.has("value_ints")) {
      long[] values = node.integers("value_ints").orElseThrow();
      return Constant.ofIntegers(new int[] {values.length}, values);
    }
    throw node.error("a constant that is no tensor of numbers");
  }

  private Constant constantOfShape(Node node) throws NodeException, CheckpointException {
    int[] dims = t.known(node, 0, "its shape").toInts();
    Optional<TensorProto> tensor = node.tensor("value");
    Constant value =
        tensor.isPresent()
            ? t.tensors().read(node.name(), tensor.get())
            : Constant.ofReals(new int[0], 0);
    if (value.count() != 1) {
      throw node.error("its value has " + value.count() + " elements");
    }
    return value.repeated(dims);
  }

  private Constant expand(Node node) throws NodeException, CheckpointException {
    Constant input = input(node);
    int[] shape = t.known(node, 1, "its shape").toInts();
    int[] dims = ConstantAlgebra.broadcast(input.dims(), shape);
    if (Constant.count(dims) == input.count()) {
      return input.withDims(dims);
    }
    if (!input.isUniform()) {
      throw node.error("it expands a constant of different values");
    }
    return input.repeated(dims);
  }

  /** Vectors, as shapes are put together of their extents. */
  private Constant concat(Node node) throws NodeException, CheckpointException {
    List<Constant> parts = new ArrayList<>();
    int count = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      Constant part = t.known(node, i, "a part");
      if (part.dims().length != 1) {
        throw node.error("it joins constants that are no vectors");
      }
      parts.add(part);
      count = Math.addExact(count, part.count());
    }
    t.spend(node, count);
    float[] reals = new float[count];
    long[] integers = new long[count];
    int place = 0;
    for (Constant part : parts) {
      for (int i = 0; i < part.count(); i++, place++) {
        reals[place] = part.real(i);
        integers[place] = part.integer(i);
      }
    }
    return parts.stream().anyMatch(Constant::isReal)
        ? Constant.ofReals(new int[] {count}, reals)
        : Constant.ofIntegers(new int[] {count}, integers);
  }

  /** Elements of a vector. */
  private Constant gather(Node node) throws NodeException, CheckpointException {
    Constant input = input(node);
    Constant indices = t.known(node, 1, "its indices");
    if (input.dims().length != 1 || node.integer("axis", 0) != 0) {
      throw node.error("it gathers of a constant that is no vector");
    }
    int[] places = new int[indices.count()];
    t.spend(node, places.length);
    for (int i = 0; i < places.length; i++) {
      places[i] = Axes.at(node, indices.integer(i), input.count());
    }
    return pick(input, places, indices.dims());
  }

  private Constant slice(Node node) throws NodeException, CheckpointException {
    Constant input = input(node);
    Slices slices = Slices.of(t, node, input.dims());
    int[] dims = slices.dims();
    t.spend(node, Constant.count(dims));
    int[] places = new int[Constant.count(dims)];
    for (int i = 0; i < places.length; i++) {
      int rest = i;
      int stride = 1;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        int at = slices.starts()[axis] + rest % dims[axis] * slices.steps()[axis];
        places[i] += at * stride;
        rest /= dims[axis];
        stride *= input.dims()[axis];
      }
    }
    return pick(input, places, dims);
  }

  /** Of a matrix; exporters turn lists of pads with it. */
  private Constant transpose(Node node) throws NodeException, CheckpointException {
    Constant input = input(node);
    long[] order = node.integers("perm").orElse(new long[] {1, 0});
    if (input.dims().length != 2 || order.length != 2 || order[0] != 1 || order[1] != 0) {
      return input.withDims(Reshaping.of(t, node, input.dims()));
    }
    int rows = input.dims()[0];
    int columns = input.dims()[1];
    t.spend(node, input.count());
    int[] places = new int[input.count()];
    Arrays.setAll(places, i -> i % rows * columns + i / rows);
    return pick(input, places, new int[] {columns, rows});
  }

  private static Constant pick(Constant input, int[] places, int[] dims) {
    if (input.element() == Element.REAL) {
      float[] reals = new float[places.length];
      for (int i = 0; i < reals.length; i++) {
        reals[i] = input.real(places[i]);
      }
      return Constant.ofReals(dims, reals);
    }
    long[] integers = new long[places.length];
    Arrays.setAll(integers, i -> input.integer(places[i]));
    return Constant.ofIntegers(dims, integers);
  }
}
