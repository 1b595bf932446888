// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/**
 * Quantizers: ONNX's own QuantizeLinear and DequantizeLinear, and those of QONNX
 * (github.com/fastmachinelearning/qonnx, docs/qonnx-custom-ops), which Brevitas, QKeras and FINN
 * write under three names of a domain. What they compute of an element is a chain of {@link Kind}s.
 *
 * @param <T> what they are applied to
 */
final class Quantizer<T> {
  private static final List<String> DOMAINS =
      List.of("onnx.brevitas.", "qonnx.custom_op.general.", "finn.custom_op.general.");

  private static final Set<String> OPERATORS = Set.of("Quant", "IntQuant", "BipolarQuant", "Trunc");

  private static final Set<String> LINEAR = Set.of("QuantizeLinear", "DequantizeLinear");

  /** Widest quantizer whose levels fp32 tells apart. */
  private static final int MOST_BITS = 24;

  private final Algebra<T> algebra;
  private final Node node;
  private final List<T> operands;

  private Quantizer(Algebra<T> algebra, Node node, List<T> operands) {
    this.algebra = algebra;
    this.node = node;
    this.operands = operands;
  }

  static boolean covers(String operator) {
    return LINEAR.contains(operator) || OPERATORS.contains(simpleName(operator));
  }

  /** Whether parameters per axis lie along the axis that the node names. */
  static boolean isLinear(String operator) {
    return LINEAR.contains(operator);
  }

  /** The name without one of QONNX's domains; empty for any other. */
  private static String simpleName(String operator) {
    return DOMAINS.stream()
        .filter(operator::startsWith)
        .map(domain -> operator.substring(domain.length()))
        .findFirst()
        .orElse("");
  }

  static <T> T apply(Algebra<T> algebra, Node node, List<T> operands) throws NodeException {
    Quantizer<T> quantizer = new Quantizer<>(algebra, node, operands);
    return switch (node.op()) {
      case "QuantizeLinear" -> quantizer.quantizeLinear();
      case "DequantizeLinear" -> quantizer.dequantizeLinear();
      default ->
          switch (simpleName(node.op())) {
            case "BipolarQuant" -> quantizer.bipolar();
            case "Trunc" -> quantizer.trunc();
            default -> quantizer.quant();
          };
    };
  }

  /**
   * A constant parameter of QuantizeLinear or DequantizeLinear as it broadcasts: a vector lies
   * along the axis that the node names.
   *
   * @param rank axes of the tensor that is quantized
   */
  static Constant aligned(Node node, Constant parameter, int rank) throws NodeException {
    if (node.integer("block_size", 0) != 0) {
      throw node.error("it quantizes in blocks; quantize per tensor or per axis");
    }
    if (parameter.dims().length != 1 || parameter.count() == 1) {
      return parameter;
    }
    int[] dims = new int[rank - Axes.at(node, node.integer("axis", 1), rank)];
    Arrays.fill(dims, 1);
    dims[0] = parameter.count();
    return parameter.withDims(dims);
  }

  private T quantizeLinear() throws NodeException {
    long declared = node.integer("output_dtype", DataType.UINT8.getNumber());
    DataType type = DataType.forNumber(Math.toIntExact(declared));
    T scaled = with(Kind.ROUND, with(Kind.DIV, operand(0), operand(1)), null);
    if (has(2)) {
      type = algebra.type(operand(2));
      scaled = with(Kind.ADD, scaled, real(operand(2)));
    }
    if (type == null || IntegerType.find(type).isEmpty()) {
      throw node.error("it quantizes to " + type + ", which is no type of integers");
    }
    IntegerType range = IntegerType.of(type);
    return algebra.narrowed(type, clamp(scaled, range.least(), range.most()));
  }

  private T dequantizeLinear() throws NodeException {
    T x = real(operand(0));
    T shifted = has(2) ? with(Kind.SUB, x, real(operand(2))) : x;
    return with(Kind.MUL, shifted, operand(1));
  }

  /** +scale from 0 on, else -scale. */
  private T bipolar() throws NodeException {
    return with(Kind.MUL, sign(operand(0)), operand(1));
  }

  private T sign(T x) {
    T plus = with(Kind.LESS_OR_EQUAL, algebra.constant(0), x);
    return algebra.apply(Kind.WHERE, plus, algebra.constant(1), algebra.constant(-1));
  }

  /** (clamp(round(x / scale + zero)) - zero) * scale. */
  private T quant() throws NodeException {
    T zero = operand(2);
    T scaled = with(Kind.ADD, with(Kind.DIV, operand(0), operand(1)), zero);
    // QONNX's own rule for files whose exporter wrote a sign as 1 signed bit.
    boolean sign = node.integer("signed", 1) != 0 && number(3, "its bit width") == 1;
    T rounded = sign ? sign(scaled) : round(clampToBits(scaled, operand(3)), "ROUND");
    return with(Kind.MUL, with(Kind.SUB, rounded, zero), operand(1));
  }

  /** The upper bits of an integer; from version 2 on with a scale of the result. */
  private T trunc() throws NodeException {
    boolean rescaled = operands.size() > 5;
    T scale = operand(1);
    T zero = operand(2);
    T scaled = with(Kind.ADD, with(Kind.DIV, operand(0), scale), zero);
    T integer = with(Kind.ROUND, scaled, null);
    if (!rescaled) {
      float bits = number(3, "its input bits") - number(4, "its output bits");
      T cut = algebra.constant((float) Math.pow(2, bits));
      T rounded = round(with(Kind.DIV, integer, cut), "FLOOR");
      return with(Kind.MUL, with(Kind.SUB, rounded, zero), scale);
    }
    float bits =
        (float)
            Math.rint(
                Math.log(number(4, "its output scale") / (double) number(1, "its scale"))
                    / Math.log(2));
    T cut = algebra.constant((float) Math.pow(2, bits));
    T level = clampToBits(with(Kind.DIV, integer, cut), operand(5));
    T rounded = round(level, "FLOOR");
    T shifted = with(Kind.SUB, rounded, with(Kind.DIV, zero, cut));
    return with(Kind.MUL, shifted, operand(4));
  }

  private T clampToBits(T value, T width) throws NodeException {
    float bits = algebra.number(width).orElse(Float.NaN);
    if (!(bits >= 1 && bits <= MOST_BITS) || bits != Math.rint(bits)) {
      throw node.error(
          "its bit width is " + bits + "; it must be one whole number from 1 to " + MOST_BITS);
    }
    boolean signed = node.integer("signed", 1) != 0;
    int narrow = node.flag("narrow") ? 1 : 0;
    long levels = 1L << (int) bits;
    return signed
        ? clamp(value, -levels / 2 + narrow, levels / 2 - 1)
        : clamp(value, 0, levels - 1 - narrow);
  }

  private T round(T value, String absent) throws NodeException {
    String mode = node.text("rounding_mode", absent).toUpperCase(Locale.ROOT);
    T half = algebra.constant(0.5f);
    return switch (mode) {
      case "ROUND", "HALF_EVEN" -> with(Kind.ROUND, value, null);
      case "CEIL" -> with(Kind.CEIL, value, null);
      case "FLOOR" -> with(Kind.FLOOR, value, null);
      case "DOWN", "ROUND_TO_ZERO" -> with(Kind.TRUNCATE, value, null);
      case "UP" -> signed(value, with(Kind.CEIL, with(Kind.ABS, value, null), null));
      case "HALF_UP" ->
          signed(value, with(Kind.FLOOR, with(Kind.ADD, with(Kind.ABS, value, null), half), null));
      case "HALF_DOWN" ->
          signed(value, with(Kind.CEIL, with(Kind.SUB, with(Kind.ABS, value, null), half), null));
      default -> throw node.error("rounding_mode " + mode);
    };
  }

  private T signed(T value, T size) {
    return with(Kind.MUL, with(Kind.SIGN, value, null), size);
  }

  private T clamp(T value, long least, long most) {
    return with(Kind.MIN, with(Kind.MAX, value, algebra.constant(least)), algebra.constant(most));
  }

  private T real(T operand) {
    return algebra.as(Element.REAL, operand);
  }

  private float number(int index, String what) throws NodeException {
    return algebra
        .number(operand(index))
        .orElseThrow(() -> node.error(what + " (input " + index + ") is not one constant"));
  }

  private boolean has(int index) {
    return index < operands.size() && operands.get(index) != null;
  }

  private T operand(int index) throws NodeException {
    if (!has(index)) {
      throw node.error("input " + index + " is missing");
    }
    return operands.get(index);
  }

  private T with(Kind kind, T a, T b) {
    return algebra.apply(kind, a, b, null);
  }
}
