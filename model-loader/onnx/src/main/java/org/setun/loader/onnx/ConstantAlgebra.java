// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Optional;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/** Element-wise operators on constants, with ONNX's broadcasting. */
final class ConstantAlgebra implements Algebra<Constant> {
  /** Most elements of a result that has more than each operand: a small table. */
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
  public DataType type(Constant operand) {
    return operand.type();
  }

  @Override
  public Optional<Float> number(Constant operand) {
    return operand.count() == 1 ? Optional.of(operand.real(0)) : Optional.empty();
  }

  @Override
  public Constant narrowed(DataType type, Constant operand) {
    IntegerType range = IntegerType.of(type);
    long[] integers = new long[operand.stored()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = range.wrap(operand.integer(i));
    }
    return Constant.ofIntegers(operand.dims(), integers).typed(type);
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
    boolean real = kind == Kind.WHERE ? second.isReal() || third.isReal() : isReal(a, second);
    float[] reals = real && !isTruth(kind) ? new float[count] : null;
    long[] integers = reals == null ? new long[count] : null;
    Places places = new Places(dims, a, second, third);
    for (int i = 0; i < count; i++) {
      int p = places.of(0);
      int q = places.of(1);
      int r = places.of(2);
      if (reals != null) {
        reals[i] = kind.apply(a.real(p), second.real(q), third.real(r));
      } else if (real) {
        integers[i] = (long) kind.apply(a.real(p), second.real(q), 0);
      } else {
        integers[i] = apply(kind, a.integer(p), second.integer(q), third.integer(r));
      }
      places.next();
    }
    if (reals != null) {
      return Constant.ofReals(dims, reals);
    }
    Constant decisive = kind == Kind.WHERE ? second : a;
    return isTruth(kind) || decisive.element() == Element.BOOLEAN
        ? Constant.ofBooleans(dims, integers)
        : Constant.ofIntegers(dims, integers).typed(decisive.type());
  }

  private static boolean isReal(Constant a, Constant b) {
    return a.isReal() || b.isReal();
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
      case POWER -> power(a, b);
      case MODULO -> Math.floorMod(a, b);
      case REMAINDER -> a % b;
      case LESS -> a < b ? 1 : 0;
      case LESS_OR_EQUAL -> a <= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      case NOT -> a == 0 ? 1 : 0;
      case AND -> a != 0 && b != 0 ? 1 : 0;
      case OR -> a != 0 || b != 0 ? 1 : 0;
      case XOR -> (a != 0) != (b != 0) ? 1 : 0;
      case WHERE -> a != 0 ? b : c;
      default -> throw new IllegalArgumentException(kind + " of integers");
    };
  }

  private static long power(long base, long exponent) {
    if (exponent < 0 || exponent > Long.SIZE && Math.abs(base) > 1) {
      throw new IllegalArgumentException("the power " + base + "^" + exponent + " of integers");
    }
    long result = 1;
    for (long i = 0; i < Math.min(exponent, Long.SIZE + exponent % 2); i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
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

  /** Where the operands have the elements of a broadcast result, one result after the other. */
  private static final class Places {
    private final int[] dims;
    private final int[] at;
    private final int[][] strides;
    private final int[] places;

    Places(int[] dims, Constant... operands) {
      this.dims = dims;
      this.at = new int[dims.length];
      this.places = new int[operands.length];
      this.strides = new int[operands.length][dims.length];
      for (int o = 0; o < operands.length; o++) {
        int[] own = operands[o].dims();
        int stride = 1;
        for (int i = 1; !operands[o].isUniform() && i <= own.length; i++) {
          int extent = own[own.length - i];
          strides[o][dims.length - i] = extent == 1 ? 0 : stride;
          stride *= extent;
        }
      }
    }

    int of(int operand) {
      return places[operand];
    }

    void next() {
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        at[axis]++;
        boolean carries = at[axis] == dims[axis];
        for (int o = 0; o < places.length; o++) {
          places[o] += carries ? -(dims[axis] - 1) * strides[o][axis] : strides[o][axis];
        }
        if (!carries) {
          return;
        }
        at[axis] = 0;
      }
    }
  }
}
