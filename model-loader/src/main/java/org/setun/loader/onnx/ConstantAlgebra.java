package org.setun.loader.onnx;

import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;

/** Element-wise operators on constants, with ONNX's broadcasting. */
final class ConstantAlgebra implements Algebra<Constant> {
  /** Elements that a result may have although no operand has as many: a small table. */
  private static final int SMALL = 1 << 16;

  @Override
  public Constant constant(float value) {
    return Constant.ofReals(new int[0], value);
  }

  @Override
  public boolean isKnown(Constant operand) {
    return true;
  }

  @Override
  public Element element(Constant operand) {
    return operand.element();
  }

  @Override
  public Constant as(Element element, Constant operand) {
    if (operand.element() == element) {
      return operand;
    }
    if (element == Element.REAL) {
      float[] reals = new float[operand.stored()];
      for (int i = 0; i < reals.length; i++) {
        reals[i] = operand.real(i);
      }
      return Constant.ofReals(operand.dims(), reals);
    }
    long[] integers = new long[operand.stored()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = operand.integer(i);
    }
    return element == Element.INTEGER
        ? Constant.ofIntegers(operand.dims(), integers)
        : Constant.ofBooleans(operand.dims(), integers);
  }

  @Override
  public Constant apply(Kind kind, Constant a, Constant b, Constant c) {
    Constant second = b == null ? a : b;
    Constant third = c == null ? a : c;
    int[] dims = broadcast(broadcast(a.dims(), second.dims()), third.dims());
    boolean uniform = a.isUniform() && second.isUniform() && third.isUniform();
    int count = uniform ? 1 : Constant.count(dims);
    int largest = Math.max(a.stored(), Math.max(second.stored(), third.stored()));
    if (count > largest && count > SMALL) {
      throw new IllegalArgumentException(
          "its result, " + Constant.extents(dims) + ", is larger than what it is made of");
    }
    Constant decisive = kind == Kind.WHERE ? second : a;
    boolean real = decisive.isReal() || second.isReal();
    float[] reals = real && !isTruth(kind) ? new float[count] : null;
    long[] integers = reals == null ? new long[count] : null;
    for (int i = 0; i < count; i++) {
      int p = place(a, dims, i);
      int q = place(second, dims, i);
      int r = place(third, dims, i);
      if (real || isTruth(kind)) {
        float value = kind.apply(a.real(p), second.real(q), third.real(r));
        if (reals != null) {
          reals[i] = value;
        } else {
          integers[i] = (long) value;
        }
      } else {
        integers[i] = apply(kind, a.integer(p), second.integer(q), third.integer(r));
      }
    }
    if (reals != null) {
      return Constant.ofReals(dims, reals);
    }
    return isTruth(kind) || decisive.element() == Element.BOOLEAN
        ? Constant.ofBooleans(dims, integers)
        : Constant.ofIntegers(dims, integers);
  }

  private static boolean isTruth(Kind kind) {
    return switch (kind) {
      case LESS, LESS_OR_EQUAL, EQUAL, NOT, AND, OR, XOR -> true;
      default -> false;
    };
  }

  private static long apply(Kind kind, long a, long b, long c) {
    return switch (kind) {
      case ADD -> Math.addExact(a, b);
      case SUB -> Math.subtractExact(a, b);
      case MUL -> Math.multiplyExact(a, b);
      case DIV -> a / b;
      case NEG -> Math.negateExact(a);
      case ABS -> Math.absExact(a);
      case SIGN -> Long.signum(a);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case WHERE -> a != 0 ? b : c;
      default -> throw new IllegalArgumentException(kind + " of integers");
    };
  }

  /** Extents that two operands have in common: aligned at the last, 1 becomes the other's. */
  static int[] broadcast(int[] a, int[] b) {
    int[] dims = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= dims.length; i++) {
      int x = i <= a.length ? a[a.length - i] : 1;
      int y = i <= b.length ? b[b.length - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException(
            Constant.extents(a) + " and " + Constant.extents(b) + " do not fit each other");
      }
      dims[dims.length - i] = x == 1 ? y : x;
    }
    return dims;
  }

  /** Where an operand has the element that is the i-th of a broadcast result. */
  private static int place(Constant operand, int[] dims, int index) {
    if (operand.isUniform()) {
      return 0;
    }
    int[] own = operand.dims();
    int place = 0;
    int stride = 1;
    int rest = index;
    for (int i = 1; i <= dims.length; i++) {
      int at = rest % dims[dims.length - i];
      rest /= dims[dims.length - i];
      if (i <= own.length) {
        int dim = own[own.length - i];
        place += dim == 1 ? 0 : at * stride;
        stride *= dim;
      }
    }
    return place;
  }
}
