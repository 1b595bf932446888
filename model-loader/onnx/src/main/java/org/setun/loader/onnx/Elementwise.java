// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.List;
import java.util.Set;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/**
 * ONNX's element-wise operators in terms of {@link Kind}s.
 *
 * @param <T> what they are applied to
 */
final class Elementwise<T> {
  private static final Set<String> OPERATORS =
      Set.of(
          "Abs",
          "Add",
          "And",
          "Cast",
          "Ceil",
          "Clip",
          "Div",
          "Elu",
          "Equal",
          "Erf",
          "Exp",
          "Celu",
          "Floor",
          "Gelu",
          "Greater",
          "GreaterOrEqual",
          "HardSigmoid",
          "HardSwish",
          "Less",
          "LessOrEqual",
          "Log",
          "Max",
          "Mean",
          "Min",
          "Mish",
          "Mod",
          "Mul",
          "Neg",
          "Not",
          "Or",
          "Pow",
          "Reciprocal",
          "Round",
          "Selu",
          "Sigmoid",
          "Sign",
          "Softplus",
          "Swish",
          "Sqrt",
          "Sub",
          "Sum",
          "Tanh",
          "Where",
          "Xor");

  /** Those that make layers of the values of a network. */
  private static final Set<String> RECTIFIERS =
      Set.of("LeakyRelu", "PRelu", "Relu", "ThresholdedRelu");

  private final Algebra<T> algebra;
  private final Node node;
  private final List<T> operands;

  private Elementwise(Algebra<T> algebra, Node node, List<T> operands) {
    this.algebra = algebra;
    this.node = node;
    this.operands = operands;
  }

  /** Whether it is an operator that makes a function of a value's elements. */
  static boolean covers(String operator) {
    return OPERATORS.contains(operator) || Quantizer.covers(operator);
  }

  /** Whether it can be computed of constants. */
  static boolean computes(String operator) {
    return covers(operator) || RECTIFIERS.contains(operator);
  }

  /**
   * Applies a node's operator.
   *
   * @param operands one per input of the node, null for one that is left out
   */
  static <T> T apply(Algebra<T> algebra, Node node, List<T> operands) throws NodeException {
    return new Elementwise<>(algebra, node, operands).apply();
  }

  private T apply() throws NodeException {
    return switch (node.op()) {
      case "Abs" -> unary(Kind.ABS);
      case "Ceil" -> unary(Kind.CEIL);
      case "Erf" -> unary(Kind.ERF);
      case "Exp" -> unary(Kind.EXP);
      case "Floor" -> unary(Kind.FLOOR);
      case "Log" -> unary(Kind.LOG);
      case "Neg" -> unary(Kind.NEG);
      case "Not" -> unary(Kind.NOT);
      case "Round" -> unary(Kind.ROUND);
      case "Sigmoid" -> unary(Kind.SIGMOID);
      case "Sign" -> unary(Kind.SIGN);
      case "Sqrt" -> unary(Kind.SQRT);
      case "Tanh" -> unary(Kind.TANH);
      case "Add", "Sum" -> chain(Kind.ADD);
      case "Max" -> chain(Kind.MAX);
      case "Mean" -> with(Kind.DIV, chain(Kind.ADD), algebra.constant(operands.size()));
      case "Min" -> chain(Kind.MIN);
      case "Mul" -> chain(Kind.MUL);
      case "Sub" -> binary(Kind.SUB, 0, 1);
      case "Div" -> binary(Kind.DIV, 0, 1);
      case "Mod" -> binary(node.flag("fmod") ? Kind.REMAINDER : Kind.MODULO, 0, 1);
      case "Pow" -> power();
      case "Reciprocal" -> with(Kind.DIV, algebra.constant(1), operand(0));
      case "And" -> binary(Kind.AND, 0, 1);
      case "Or" -> binary(Kind.OR, 0, 1);
      case "Xor" -> binary(Kind.XOR, 0, 1);
      case "Equal" -> binary(Kind.EQUAL, 0, 1);
      case "Less" -> binary(Kind.LESS, 0, 1);
      case "LessOrEqual" -> binary(Kind.LESS_OR_EQUAL, 0, 1);
      case "Greater" -> binary(Kind.LESS, 1, 0);
      case "GreaterOrEqual" -> binary(Kind.LESS_OR_EQUAL, 1, 0);
      case "Where" -> algebra.apply(Kind.WHERE, operand(0), operand(1), operand(2));
      case "Clip" -> clip();
      case "Cast" -> cast();
      case "HardSigmoid" -> hardSigmoid(node.real("alpha", 0.2f), node.real("beta", 0.5f));
      case "HardSwish" -> with(Kind.MUL, operand(0), hardSigmoid(1 / 6f, 0.5f));
      case "Softplus" -> softplus();
      case "Celu" -> celu(node.real("alpha", 1));
      case "Gelu" -> gelu(node.text("approximate", "none").equals("tanh"));
      case "Mish" -> with(Kind.MUL, operand(0), with(Kind.TANH, softplus(), null));
      case "Swish" -> {
        T scaled = with(Kind.MUL, operand(0), algebra.constant(node.real("alpha", 1)));
        yield with(Kind.MUL, operand(0), with(Kind.SIGMOID, scaled, null));
      }
      case "Elu" -> elu(node.real("alpha", 1), 1);
      case "Selu" -> elu(node.real("alpha", 1.6732632f), node.real("gamma", 1.0507010f));
      case "LeakyRelu" -> sloped(algebra.constant(node.real("alpha", 0.01f)));
      case "PRelu" -> sloped(operand(1));
      case "Relu" -> with(Kind.MAX, operand(0), zero(operand(0)));
      case "ThresholdedRelu" -> thresholded(algebra.constant(node.real("alpha", 1)));
      default -> {
        if (Quantizer.covers(node.op())) {
          yield Quantizer.apply(algebra, node, operands);
        }
        throw new IllegalStateException(node.op());
      }
    };
  }

  private T operand(int index) throws NodeException {
    T operand = index < operands.size() ? operands.get(index) : null;
    if (operand == null) {
      throw node.error("input " + index + " is missing");
    }
    return operand;
  }

  private T unary(Kind kind) throws NodeException {
    return with(kind, operand(0), null);
  }

  private T binary(Kind kind, int a, int b) throws NodeException {
    return with(kind, operand(a), operand(b));
  }

  private T chain(Kind kind) throws NodeException {
    T result = operand(0);
    for (int i = 1; i < operands.size(); i++) {
      result = with(kind, result, operand(i));
    }
    return result;
  }

  /** 0 of an operand's own type. */
  private T zero(T operand) {
    return algebra.as(algebra.element(operand), algebra.constant(0));
  }

  /** The result has the type of the base, not of the exponent. */
  private T power() throws NodeException {
    return with(Kind.POWER, operand(0), algebra.as(algebra.element(operand(0)), operand(1)));
  }

  private T hardSigmoid(float alpha, float beta) throws NodeException {
    T line = with(Kind.MUL, operand(0), algebra.constant(alpha));
    T shifted = with(Kind.ADD, line, algebra.constant(beta));
    return with(Kind.MAX, with(Kind.MIN, shifted, algebra.constant(1)), algebra.constant(0));
  }

  /** log(1 + exp(x)), written so that no large x overflows. */
  private T softplus() throws NodeException {
    T x = operand(0);
    T away = with(Kind.EXP, with(Kind.NEG, with(Kind.ABS, x, null), null), null);
    T log = with(Kind.LOG, with(Kind.ADD, away, algebra.constant(1)), null);
    return with(Kind.ADD, log, with(Kind.MAX, x, algebra.constant(0)));
  }

  private T elu(float alpha, float gamma) throws NodeException {
    T x = operand(0);
    T curve = with(Kind.SUB, with(Kind.EXP, x, null), algebra.constant(1));
    T low = with(Kind.MUL, curve, algebra.constant(alpha));
    T negative = with(Kind.LESS, x, algebra.constant(0));
    return with(Kind.MUL, algebra.apply(Kind.WHERE, negative, low, x), algebra.constant(gamma));
  }

  private T celu(float alpha) throws NodeException {
    T x = operand(0);
    T inner = with(Kind.EXP, with(Kind.DIV, x, algebra.constant(alpha)), null);
    T low = with(Kind.MUL, with(Kind.SUB, inner, algebra.constant(1)), algebra.constant(alpha));
    return algebra.apply(Kind.WHERE, with(Kind.LESS, x, algebra.constant(0)), low, x);
  }

  private T gelu(boolean approximate) throws NodeException {
    T x = operand(0);
    T argument;
    if (approximate) {
      T cube = with(Kind.MUL, with(Kind.MUL, x, x), x);
      T sum = with(Kind.ADD, x, with(Kind.MUL, cube, algebra.constant(0.044715f)));
      argument = with(Kind.MUL, sum, algebra.constant((float) Math.sqrt(2 / Math.PI)));
    } else {
      argument = with(Kind.MUL, x, algebra.constant((float) Math.sqrt(0.5)));
    }
    T share = with(approximate ? Kind.TANH : Kind.ERF, argument, null);
    T half = with(Kind.MUL, x, algebra.constant(0.5f));
    return with(Kind.MUL, half, with(Kind.ADD, share, algebra.constant(1)));
  }

  private T sloped(T slope) throws NodeException {
    T x = operand(0);
    T negative = with(Kind.LESS, x, zero(x));
    return algebra.apply(Kind.WHERE, negative, with(Kind.MUL, x, slope), x);
  }

  private T thresholded(T threshold) throws NodeException {
    T x = operand(0);
    return algebra.apply(Kind.WHERE, with(Kind.LESS, threshold, x), x, algebra.constant(0));
  }

  /** Bounds are inputs from opset 11 on, attributes before. */
  private T clip() throws NodeException {
    T result = operand(0);
    if (operands.size() > 1 && operands.get(1) != null) {
      result = with(Kind.MAX, result, operand(1));
    } else if (node.has("min")) {
      result = with(Kind.MAX, result, algebra.constant(node.real("min", 0)));
    }
    if (operands.size() > 2 && operands.get(2) != null) {
      result = with(Kind.MIN, result, operand(2));
    } else if (node.has("max")) {
      result = with(Kind.MIN, result, algebra.constant(node.real("max", 0)));
    }
    return result;
  }

  private T with(Kind kind, T a, T b) {
    return algebra.apply(kind, a, b, null);
  }

  private T cast() throws NodeException {
    T operand = operand(0);
    Element from = algebra.element(operand);
    DataType to = DataType.forNumber(Math.toIntExact(node.integer("to", 0)));
    return switch (to) {
      case FLOAT -> algebra.as(Element.REAL, operand);
      case BOOL -> {
        T isZero = with(Kind.EQUAL, operand, zero(operand));
        yield from == Element.BOOLEAN ? operand : with(Kind.NOT, isZero, null);
      }
      case INT4, INT8, INT16, INT32, INT64, UINT4, UINT8, UINT16, UINT32, UINT64 ->
          algebra.narrowed(to, from == Element.REAL ? with(Kind.TRUNCATE, operand, null) : operand);
      // fp64 constants are fp32 as soon as they are read, and so are those cast to it.
      case DOUBLE -> {
        if (!algebra.isKnown(operand)) {
          throw node.error("it casts to DOUBLE, and Setun computes in fp32");
        }
        yield algebra.as(Element.REAL, operand);
      }
      case null -> throw node.error("it casts to an unknown type");
      default -> throw node.error("it casts to " + to);
    };
  }
}
