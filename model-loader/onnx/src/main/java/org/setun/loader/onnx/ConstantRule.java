// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.proto.TensorProto;

/** Nodes that depend on constants alone: computed when the model is converted. */
final class ConstantRule {
  private final Translation t;
  private final ConstantMoves moves;
  private final ConstantReductions reductions;
  private final ConstantProducts products;

  ConstantRule(Translation t, long opset) {
    this.t = t;
    this.moves = new ConstantMoves(t);
    this.reductions = new ConstantReductions(t, opset);
    this.products = new ConstantProducts(t);
  }

  Value apply(Node node) throws NodeException, CheckpointException {
    Constant result = compute(node);
    t.spend(node, result.stored());
    return new Known(result);
  }

  private Constant compute(Node node) throws NodeException, CheckpointException {
    String op = node.op();
    if (Elementwise.computes(op)) {
      return elementwise(node);
    }
    if (ConstantMoves.covers(op)) {
      return moves.apply(node);
    }
    if (ConstantReductions.covers(op)) {
      return reductions.apply(node);
    }
    return switch (op) {
      case "BatchNormalization" -> batchNorm(node);
      case "Constant" -> constant(node);
      case "ConstantOfShape" -> constantOfShape(node);
      case "Dropout", "Identity" -> input(node);
      case "Gemm" -> products.gemm(node);
      case "MatMul" -> products.matMul(node);
      case "Range" -> range(node);
      case "Shape" -> shape(node);
      case "Size" -> Constant.ofIntegers(new int[0], input(node).count());
      default -> throw node.error("Setun does not compute it of constants");
    };
  }

  private Constant elementwise(Node node) throws NodeException, CheckpointException {
    List<Constant> operands = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      Constant operand = t.optional(node, i, "input").orElse(null);
      boolean parameter = i > 0 && operand != null && Quantizer.isLinear(node.op());
      operands.add(
          parameter
              ? Quantizer.aligned(node, operand, operands.getFirst().dims().length)
              : operand);
    }
    return Elementwise.apply(new ConstantAlgebra(), node, operands);
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

  /** From the first number in steps up to the limit, which is left out. */
  private Constant range(Node node) throws NodeException, CheckpointException {
    Constant start = t.known(node, 0, "its start");
    Constant limit = t.known(node, 1, "its limit");
    Constant step = t.known(node, 2, "its step");
    if (start.count() != 1 || limit.count() != 1 || step.count() != 1 || step.real(0) == 0) {
      throw node.error("start, limit and step must be one number each, and the step not 0");
    }
    double distance =
        start.isReal()
            ? limit.real(0) - start.real(0)
            : limit.integer(0) - (double) start.integer(0);
    double count = Math.max(0, Math.ceil(distance / step.real(0)));
    if (count > Integer.MAX_VALUE) {
      throw node.error("a range of " + count + " numbers");
    }
    t.spend(node, (long) count);
    int[] dims = {(int) count};
    if (start.isReal()) {
      float[] values = new float[dims[0]];
      for (int i = 0; i < values.length; i++) {
        values[i] = start.real(0) + i * step.real(0);
      }
      return Constant.ofReals(dims, values);
    }
    long[] values = new long[dims[0]];
    Arrays.setAll(values, i -> start.integer(0) + i * step.integer(0));
    return Constant.ofIntegers(dims, values).typed(start.type());
  }

  private Constant shape(Node node) throws NodeException, CheckpointException {
    int[] dims = input(node).dims();
    return Constant.ofVector(ShapeRule.part(node, dims));
  }

  /** BatchNormalization of a constant: a multiply-add per channel, which is axis 1. */
  private Constant batchNorm(Node node) throws NodeException, CheckpointException {
    if (node.flag("training_mode")) {
      throw node.error("training_mode is set; export the model in evaluation mode");
    }
    Constant x = input(node);
    ConstantAlgebra algebra = new ConstantAlgebra();
    List<Constant> parameters = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      Constant parameter = t.known(node, i, "a parameter");
      int[] dims = new int[Math.max(1, x.dims().length - 1)];
      Arrays.fill(dims, 1);
      dims[0] = parameter.count();
      parameters.add(parameter.withDims(dims));
    }
    Constant epsilon = algebra.constant(node.real("epsilon", 1e-5f));
    Constant variance = algebra.apply(Kind.ADD, parameters.get(3), epsilon, null);
    Constant deviation = algebra.apply(Kind.SQRT, variance, null, null);
    Constant centred = algebra.apply(Kind.SUB, x, parameters.get(2), null);
    Constant normal = algebra.apply(Kind.DIV, centred, deviation, null);
    Constant scaled = algebra.apply(Kind.MUL, normal, parameters.get(0), null);
    return algebra.apply(Kind.ADD, scaled, parameters.get(1), null);
  }
}
