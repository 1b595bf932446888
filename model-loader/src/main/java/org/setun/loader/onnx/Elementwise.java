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
          "Equal",
          "Floor",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "Max",
          "Min",
          "Mul",
          "Neg",
          "Not",
          "Or",
          "Round",
          "Sign",
          "Sub",
          "Sum",
          "Where",
          "Xor");

  private final Algebra<T> algebra;
  private final Node node;
  private final List<T> operands;

  private Elementwise(Algebra<T> algebra, Node node, List<T> operands) {
    this.algebra = algebra;
    this.node = node;
    this.operands = operands;
  }

  static boolean covers(String operator) {
    return OPERATORS.contains(operator);
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
      case "Floor" -> unary(Kind.FLOOR);
      case "Neg" -> unary(Kind.NEG);
      case "Not" -> unary(Kind.NOT);
      case "Round" -> unary(Kind.ROUND);
      case "Sign" -> unary(Kind.SIGN);
      case "Add", "Sum" -> chain(Kind.ADD);
      case "Max" -> chain(Kind.MAX);
      case "Min" -> chain(Kind.MIN);
      case "Mul" -> chain(Kind.MUL);
      case "Sub" -> binary(Kind.SUB, 0, 1);
      case "Div" -> binary(Kind.DIV, 0, 1);
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
      default -> throw new IllegalStateException(node.op());
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
    return algebra.apply(kind, operand(0), null, null);
  }

  private T binary(Kind kind, int a, int b) throws NodeException {
    return algebra.apply(kind, operand(a), operand(b), null);
  }

  private T chain(Kind kind) throws NodeException {
    T result = operand(0);
    for (int i = 1; i < operands.size(); i++) {
      result = algebra.apply(kind, result, operand(i), null);
    }
    return result;
  }

  /** Bounds are inputs from opset 11 on, attributes before. */
  private T clip() throws NodeException {
    T result = operand(0);
    if (operands.size() > 1 && operands.get(1) != null) {
      result = binaryWith(Kind.MAX, result, operand(1));
    } else if (node.has("min")) {
      result = binaryWith(Kind.MAX, result, algebra.constant(node.real("min", 0)));
    }
    if (operands.size() > 2 && operands.get(2) != null) {
      result = binaryWith(Kind.MIN, result, operand(2));
    } else if (node.has("max")) {
      result = binaryWith(Kind.MIN, result, algebra.constant(node.real("max", 0)));
    }
    return result;
  }

  private T binaryWith(Kind kind, T a, T b) {
    return algebra.apply(kind, a, b, null);
  }

  private T cast() throws NodeException {
    T operand = operand(0);
    Element from = algebra.element(operand);
    DataType to = DataType.forNumber(Math.toIntExact(node.integer("to", 0)));
    return switch (to) {
      case FLOAT -> algebra.as(Element.REAL, operand);
      case BOOL -> {
        T zero = algebra.as(from, algebra.constant(0));
        T isZero = binaryWith(Kind.EQUAL, operand, zero);
        yield from == Element.BOOLEAN ? operand : algebra.apply(Kind.NOT, isZero, null, null);
      }
      case INT8, INT16, INT32, INT64 ->
          algebra.as(
              Element.INTEGER,
              from == Element.REAL ? algebra.apply(Kind.TRUNCATE, operand, null, null) : operand);
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
