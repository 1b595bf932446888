// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The operators of a {@link Source} as sums of multiples of others, to find terms that cancel. A
 * straight-through estimator gives the gradient of g to a step s by {@code (s - g) + g}, which an
 * exporter writes out with whatever g is: a clamp, a polynomial, the value itself. In real numbers
 * it is s, in fp32 only as far as s - g is not rounded; what is meant is s.
 */
final class LinearForms {
  /** Terms that are followed; an estimator has a handful. */
  private static final int MOST_TERMS = 32;

  /**
   * Constants from here on are no mere terms: adding and subtracting 1.5 * 2^23 is a way to round.
   */
  private static final float LARGE = 1 << 20;

  private final List<Map<Integer, Double>> forms = new ArrayList<>();
  private final List<ScalarOp> ops;

  LinearForms(List<ScalarOp> ops) {
    this.ops = ops;
  }

  /** Takes in the last operator; the form of all before it is known. */
  void append() {
    int place = forms.size();
    ScalarOp op = ops.get(place);
    Optional<Map<Integer, Double>> form =
        switch (op.kind()) {
          case ADD -> sum(op, 1);
          case SUB -> sum(op, -1);
          case NEG -> Optional.of(scaled(forms.get(op.a()), -1));
          case MUL ->
              factor(op.b())
                  .map(factor -> scaled(forms.get(op.a()), factor))
                  .or(() -> factor(op.a()).map(factor -> scaled(forms.get(op.b()), factor)));
          case DIV -> factor(op.b()).map(factor -> scaled(forms.get(op.a()), 1 / factor));
          default -> Optional.empty();
        };
    forms.add(form.orElse(Map.of(place, 1.0)));
  }

  void clear() {
    forms.clear();
  }

  /**
   * What remains of a sum or difference.
   *
   * @return places and factors of the remaining terms; empty if nothing but constants cancels
   */
  Optional<Map<Integer, Double>> remaining(int place) {
    ScalarOp op = ops.get(place);
    Map<Integer, Double> form = forms.get(place);
    Map<Integer, Double> left = forms.get(op.a());
    Map<Integer, Double> right = forms.get(op.b());
    boolean isSum = !form.containsKey(place);
    boolean cancels =
        left.keySet().stream()
            .anyMatch(
                term ->
                    right.containsKey(term)
                        && !form.containsKey(term)
                        && ops.get(term).kind() != ScalarOp.Kind.CONSTANT);
    return isSum && cancels ? Optional.of(new TreeMap<>(form)) : Optional.empty();
  }

  private Optional<Map<Integer, Double>> sum(ScalarOp op, int sign) {
    Map<Integer, Double> left = forms.get(op.a());
    Map<Integer, Double> right = forms.get(op.b());
    if (left.size() + right.size() > MOST_TERMS || isLarge(op.a()) || isLarge(op.b())) {
      return Optional.empty();
    }
    Map<Integer, Double> sum = new HashMap<>(left);
    right.forEach((term, factor) -> sum.merge(term, sign * factor, Double::sum));
    sum.values().removeIf(factor -> factor == 0);
    return Optional.of(sum);
  }

  private boolean isLarge(int place) {
    ScalarOp op = ops.get(place);
    if (op.kind() != ScalarOp.Kind.CONSTANT) {
      return false;
    }
    for (float value : op.constant()) {
      if (!(Math.abs(value) < LARGE)) {
        return true;
      }
    }
    return false;
  }

  /** A factor that is the same for all channels. */
  private Optional<Double> factor(int place) {
    ScalarOp op = ops.get(place);
    boolean one = op.kind() == ScalarOp.Kind.CONSTANT && op.constant().length == 1;
    return one && op.constant(0) != 0 && Float.isFinite(op.constant(0))
        ? Optional.of((double) op.constant(0))
        : Optional.empty();
  }

  private static Map<Integer, Double> scaled(Map<Integer, Double> form, double factor) {
    Map<Integer, Double> scaled = new HashMap<>();
    form.forEach((term, old) -> scaled.put(term, old * factor));
    return scaled;
  }
}
