// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What a chain of element-wise operators makes of one value: a function of a number and its
 * channel, computed as the operators say, each rounded to fp32. How an exporter wrote a function
 * does not matter, since it is known by its values.
 */
final class ScalarFunction {
  /** Longest function that is analysed; a ternarization takes about ten operators. */
  static final int LONGEST = 256;

  private static final ScalarOp INPUT = new ScalarOp(ScalarOp.Kind.INPUT, -1, -1, -1, null);

  private final List<ScalarOp> ops;

  private ScalarFunction(List<ScalarOp> ops) {
    this.ops = ops;
  }

  /** The operators that {@code root} depends on, in order; empty if there are too many. */
  static Optional<ScalarFunction> of(List<ScalarOp> all, int root) {
    return of(all, root, -1);
  }

  /**
   * The same with the value of one operator as the input.
   *
   * @param input place of that operator, -1 for the source's own value
   */
  static Optional<ScalarFunction> of(List<ScalarOp> all, int root, int input) {
    BitSet needed = new BitSet(root + 1);
    needed.set(root);
    for (int i = root; i >= 0; i = needed.previousSetBit(i - 1)) {
      if (i == input) {
        continue;
      }
      ScalarOp op = all.get(i);
      for (int operand : new int[] {op.a(), op.b(), op.c()}) {
        if (operand >= 0) {
          needed.set(operand);
        }
      }
    }
    if (needed.cardinality() > LONGEST) {
      return Optional.empty();
    }
    int[] places = new int[root + 1];
    List<ScalarOp> ops = new ArrayList<>();
    for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
      places[i] = ops.size();
      ScalarOp op = i == input ? INPUT : all.get(i);
      ops.add(
          new ScalarOp(
              op.kind(),
              op.a() < 0 ? -1 : places[op.a()],
              op.b() < 0 ? -1 : places[op.b()],
              op.c() < 0 ? -1 : places[op.c()],
              op.constant()));
    }
    return Optional.of(new ScalarFunction(ops));
  }

  List<ScalarOp> ops() {
    return ops;
  }

  /** The same, but every sign has a plus where its argument is 0. */
  ScalarFunction withPlusAtZero() {
    return new ScalarFunction(
        ops.stream()
            .map(
                op ->
                    op.kind() == ScalarOp.Kind.SIGN
                        ? new ScalarOp(ScalarOp.Kind.SIGN_PLUS, op.a(), -1, -1, null)
                        : op)
            .toList());
  }

  /** How often the function reads its input. */
  int inputs() {
    return (int) ops.stream().filter(op -> op.kind() == ScalarOp.Kind.INPUT).count();
  }

  /** Whether every channel has the same function. */
  boolean isUniform() {
    return ops.stream().allMatch(op -> op.constant() == null || op.constant().length == 1);
  }

  /** The function's value. */
  float value(float x, int channel) {
    float[] values = new float[ops.size()];
    evaluate(x, channel, values);
    return values[values.length - 1];
  }

  /** The value of each operator. */
  void evaluate(float x, int channel, float[] values) {
    for (int i = 0; i < values.length; i++) {
      ScalarOp op = ops.get(i);
      values[i] =
          switch (op.kind()) {
            case INPUT -> x;
            case CONSTANT -> op.constant(channel);
            default ->
                op.kind()
                    .apply(
                        op.a() < 0 ? 0 : values[op.a()],
                        op.b() < 0 ? 0 : values[op.b()],
                        op.c() < 0 ? 0 : values[op.c()]);
          };
    }
  }

  /**
   * The function as a multiply-add, where it is one by how it is written: for every channel, or one
   * for all.
   */
  Optional<Affine> affine(int of) {
    int channels = isUniform() ? 1 : of;
    Affine[] forms = new Affine[ops.size()];
    for (int i = 0; i < forms.length; i++) {
      ScalarOp op = ops.get(i);
      Affine a = op.a() < 0 ? null : forms[op.a()];
      Affine b = op.b() < 0 ? null : forms[op.b()];
      forms[i] =
          switch (op.kind()) {
            case INPUT -> Affine.identity(channels);
            case CONSTANT -> Affine.constant(op, channels);
            case ADD -> a == null || b == null ? null : a.plus(b, 1);
            case SUB -> a == null || b == null ? null : a.plus(b, -1);
            case NEG -> a == null ? null : a.times(Affine.constant(-1, channels));
            case MUL -> a == null || b == null ? null : a.times(b);
            case DIV -> a == null || b == null ? null : a.over(b);
            default -> null;
          };
    }
    return Optional.ofNullable(forms[forms.length - 1]);
  }
}
