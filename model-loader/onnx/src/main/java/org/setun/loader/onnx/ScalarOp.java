// SPDX-License-Identifier: Apache-2.0
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
    SQRT,
    EXP,
    LOG,
    TANH,
    SIGMOID,
    ERF,
    POWER,
    /** Remainder with the sign of the divisor. */
    MODULO,
    /** Remainder with the sign of the dividend. */
    REMAINDER,
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
        case SQRT -> (float) Math.sqrt(a);
        case EXP -> (float) Math.exp(a);
        case LOG -> (float) Math.log(a);
        case TANH -> (float) Math.tanh(a);
        case SIGMOID -> (float) (1 / (1 + Math.exp(-a)));
        case ERF -> (float) erf(a);
        case POWER -> (float) Math.pow(a, b);
        case MODULO -> a % b != 0 && (a % b < 0) != (b < 0) ? a % b + b : a % b;
        case REMAINDER -> a % b;
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

    /** The error function, by a series whose terms have one sign: exact to double's last digits. */
    private static double erf(double x) {
      // From 6 on it is 1 to the last bit of a float.
      if (Double.isNaN(x) || Math.abs(x) > 6) {
        return Double.isNaN(x) ? x : Math.signum(x);
      }
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
  }

  /** The constant of a channel. */
  float constant(int channel) {
    return constant.length == 1 ? constant[0] : constant[channel];
  }
}
