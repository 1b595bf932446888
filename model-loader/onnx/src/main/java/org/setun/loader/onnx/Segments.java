// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.setun.loader.onnx.ScalarOp.Kind;

/**
 * Cuts the floats into segments in which a {@link ScalarFunction} takes no decision: no comparison
 * changes its outcome, no sign turns, no rounding steps. The places are exact to the bit, found by
 * bisection over all floats: before its first decision a function is monotone, rounding included.
 *
 * <p>A float's place is its rank: 0 for both zeros, 1 for the least positive number, and so on.
 */
final class Segments {
  /** Most segments; a ternarization has 3, its clipped forms up to 7. */
  private static final int MOST = 64;

  /** Outcome of a decision on NaN: unlike NaN itself, equal to itself. */
  private static final float NO_NUMBER = 4;

  private static final long FIRST = rank(-Float.MAX_VALUE);
  private static final long LAST = rank(Float.MAX_VALUE);

  /** How a value moves with x inside a segment. */
  private enum Direction {
    STILL,
    UP,
    DOWN,
    /** Monotone; up or down, according to the segment. */
    EITHER,
    /** Not known to be monotone. */
    UNKNOWN;

    Direction flipped() {
      return switch (this) {
        case UP -> DOWN;
        case DOWN -> UP;
        default -> this;
      };
    }

    Direction with(Direction other) {
      if (this == STILL) {
        return other;
      }
      return other == STILL || other == this && this != EITHER ? this : UNKNOWN;
    }
  }

  private final ScalarFunction function;
  private final int channel;
  private final Direction[] directions;
  private final Boolean[] bounded;

  private Segments(ScalarFunction function, int channel) {
    this.function = function;
    this.channel = channel;
    this.directions = new Direction[function.ops().size()];
    this.bounded = new Boolean[function.ops().size()];
  }

  /**
   * The segments of a function.
   *
   * @return the rank of each segment's first float in ascending order, that of the most negative
   *     number first; empty if the function takes a decision on something not known to be monotone,
   *     or too many
   */
  static Optional<long[]> of(ScalarFunction function, int channel) {
    return new Segments(function, channel).cut();
  }

  private Optional<long[]> cut() {
    TreeSet<Long> starts = new TreeSet<>(List.of(FIRST));
    for (int i = 0; i < directions.length; i++) {
      ScalarOp op = function.ops().get(i);
      directions[i] = direction(op);
      if (!decides(op.kind()) || directions[i] == Direction.STILL && isStill(op)) {
        continue;
      }
      if (!isMonotone(op) || !cut(i, starts)) {
        return Optional.empty();
      }
    }
    return Optional.of(starts.stream().mapToLong(Long::longValue).toArray());
  }

  private static boolean decides(Kind kind) {
    return switch (kind) {
      case ABS, SIGN, SIGN_PLUS, MIN, MAX, ROUND, FLOOR, CEIL, TRUNCATE -> true;
      case LESS, LESS_OR_EQUAL, EQUAL -> true;
      default -> false;
    };
  }

  private Direction of(int operand) {
    return operand < 0 ? Direction.STILL : directions[operand];
  }

  /** Whether no operand moves. */
  private boolean isStill(ScalarOp op) {
    return of(op.a()) == Direction.STILL && of(op.b()) == Direction.STILL;
  }

  /** Whether what the decision hangs on, an operand or the difference of two, is monotone. */
  private boolean isMonotone(ScalarOp op) {
    return of(op.a()).with(of(op.b()).flipped()) != Direction.UNKNOWN;
  }

  private Direction direction(ScalarOp op) {
    Direction a = of(op.a());
    Direction b = of(op.b());
    return switch (op.kind()) {
      case INPUT -> Direction.UP;
      case ADD -> a.with(b);
      case SUB -> a.with(b.flipped());
      case NEG -> a.flipped();
      case MUL -> a == Direction.STILL ? scaled(b, op.a()) : scaled(a, b, op.b());
      case DIV -> scaled(a, b, op.b());
      case ABS -> a == Direction.UP || a == Direction.DOWN ? Direction.EITHER : a;
      // Past their decision these are one operand or the other.
      case MIN, MAX -> a.with(b) == Direction.UNKNOWN ? either(a, b) : a.with(b);
      case WHERE -> a == Direction.STILL ? either(b, of(op.c())) : Direction.UNKNOWN;
      case SQRT, EXP, LOG, TANH, SIGMOID, ERF -> a;
      case POWER, MODULO, REMAINDER ->
          a.with(b) == Direction.STILL ? Direction.STILL : Direction.UNKNOWN;
      case CONSTANT, SIGN, SIGN_PLUS, ROUND, FLOOR, CEIL, TRUNCATE -> Direction.STILL;
      case LESS, LESS_OR_EQUAL, EQUAL -> Direction.STILL;
      case NOT, AND, OR, XOR -> a.with(b) == Direction.STILL ? Direction.STILL : Direction.UNKNOWN;
    };
  }

  private static Direction either(Direction a, Direction b) {
    if (a == Direction.UNKNOWN || b == Direction.UNKNOWN) {
      return Direction.UNKNOWN;
    }
    return a == b ? a : Direction.EITHER;
  }

  private Direction scaled(Direction moving, Direction by, int factor) {
    if (by != Direction.STILL) {
      return Direction.UNKNOWN;
    }
    return scaled(moving, factor);
  }

  /** A product with something that does not move: its sign decides, where it is known. */
  private Direction scaled(Direction moving, int factor) {
    ScalarOp op = function.ops().get(factor);
    if (op.kind() != Kind.CONSTANT) {
      return moving == Direction.UP || moving == Direction.DOWN ? Direction.EITHER : moving;
    }
    float value = op.constant(channel);
    return value < 0 ? moving.flipped() : moving;
  }

  /** Adds the places where a decision changes; false if there are too many. */
  private boolean cut(int decision, TreeSet<Long> starts) {
    List<Long> known = new ArrayList<>(starts);
    for (int s = 0; s < known.size(); s++) {
      long last = s + 1 < known.size() ? known.get(s + 1) - 1 : LAST;
      float outcome = outcome(decision, known.get(s));
      float end = outcome(decision, last);
      for (long from = known.get(s); outcome != end; outcome = outcome(decision, from)) {
        from = firstOther(decision, from, last, outcome);
        starts.add(from);
        if (starts.size() > MOST) {
          return false;
        }
      }
    }
    return true;
  }

  /** The first rank whose outcome is another than that of {@code from}. */
  private long firstOther(int decision, long from, long last, float outcome) {
    long same = from;
    long other = last;
    while (other - same > 1) {
      long middle = (same + other) >> 1;
      if (outcome(decision, middle) == outcome) {
        same = middle;
      } else {
        other = middle;
      }
    }
    return other;
  }

  /** A number that changes where the decision does, in one direction inside a segment. */
  private float outcome(int decision, long rank) {
    float[] values = new float[decision + 1];
    function.evaluate(ranked(rank), channel, values);
    ScalarOp op = function.ops().get(decision);
    float a = values[op.a()];
    float outcome =
        switch (op.kind()) {
          // -1, 0, +1: equality is a decision with three outcomes.
          case EQUAL, MIN, MAX -> Math.signum(a - values[op.b()]);
          case ABS -> Math.signum(a);
          // A trit is told by integers up to 1; where more of them matter, probing shows it.
          // Behind a clamp, as of a quantizer with a zero point, there are few, wherever they lie.
          case ROUND, FLOOR, CEIL, TRUNCATE ->
              isBounded(decision) ? values[decision] : Math.clamp(values[decision], -3, 3);
          default -> values[decision];
        };
    return Float.isNaN(outcome) ? NO_NUMBER : outcome;
  }

  /** Whether a rounding has so few results that each may be a segment. */
  private boolean isBounded(int decision) {
    if (bounded[decision] == null) {
      float[] values = new float[decision + 1];
      function.evaluate(ranked(FIRST), channel, values);
      float first = values[decision];
      function.evaluate(ranked(LAST), channel, values);
      bounded[decision] = Math.abs(values[decision] - first) < MOST;
    }
    return bounded[decision];
  }

  /** Position of a number among all floats in ascending order, that of 0 being 0. */
  static long rank(float x) {
    int bits = Float.floatToRawIntBits(x);
    return bits < 0 ? Integer.MIN_VALUE - (long) bits : bits;
  }

  static float ranked(long rank) {
    return Float.intBitsToFloat((int) (rank < 0 ? Integer.MIN_VALUE - rank : rank));
  }

  /** Floats of a segment that a function is told by: its first, its last and some between. */
  static float[] probes(long[] starts, int segment) {
    long first = starts[segment];
    long last = segment + 1 < starts.length ? starts[segment + 1] - 1 : LAST;
    return new float[] {
      ranked(first), ranked(first + (last - first) / 3), ranked((first + last) >> 1), ranked(last)
    };
  }
}
