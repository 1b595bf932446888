package org.setun.loader.onnx;

/**
 * One step of a {@link ScalarFunction}.
 *
 * @param kind what it computes
 * @param a place of the first operand, -1 if there is none
 * @param b place of the second operand, -1 if there is none
 * @param c place of the third operand, -1 if there is none
 * @param constant the value of a {@link Kind#CONSTANT}: one per channel or one for all
 */
record ScalarOp(Kind kind, int a, int b, int c, float[] constant) {
  /** Element-wise operators; truth values are 0 and 1. */
  enum Kind {
    INPUT,
    CONSTANT,
    ADD,
    SUB,
    MUL,
    DIV,
    NEG,
    ABS,
    SIGN,
    /** Sign with a plus at 0. */
    SIGN_PLUS,
    MIN,
    MAX,
    ROUND,
    FLOOR,
    CEIL,
    TRUNCATE,
    LESS,
    LESS_OR_EQUAL,
    EQUAL,
    NOT,
    AND,
    OR,
    XOR,
    WHERE;

    /** The operator's value, every operation rounded to fp32. */
    float apply(float a, float b, float c) {
      return switch (this) {
        case INPUT, CONSTANT -> throw new IllegalStateException(this + " has no operands");
        case ADD -> a + b;
        case SUB -> a - b;
        case MUL -> a * b;
        case DIV -> a / b;
        case NEG -> -a;
        case ABS -> Math.abs(a);
        case SIGN -> Math.signum(a);
        case SIGN_PLUS -> a < 0 ? -1 : 1;
        case MIN -> Math.min(a, b);
        case MAX -> Math.max(a, b);
        case ROUND -> (float) Math.rint(a);
        case FLOOR -> (float) Math.floor(a);
        case CEIL -> (float) Math.ceil(a);
        case TRUNCATE -> a < 0 ? (float) Math.ceil(a) : (float) Math.floor(a);
        case LESS -> a < b ? 1 : 0;
        case LESS_OR_EQUAL -> a <= b ? 1 : 0;
        case EQUAL -> a == b ? 1 : 0;
        case NOT -> a == 0 ? 1 : 0;
        case AND -> a != 0 && b != 0 ? 1 : 0;
        case OR -> a != 0 || b != 0 ? 1 : 0;
        case XOR -> (a != 0) != (b != 0) ? 1 : 0;
        case WHERE -> a != 0 ? b : c;
      };
    }
  }

  /** The constant of a channel. */
  float constant(int channel) {
    return constant.length == 1 ? constant[0] : constant[channel];
  }
}
