// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.setun.loader.checkpoint.CheckpointException;

/**
 * Operators on constants along axes: reductions, the largest and smallest element, running sums,
 * softmax. Sums of fp32 numbers are kept in double and rounded once.
 */
final class ConstantReductions {
  private static final Set<String> OPERATORS =
      Set.of(
          "ArgMax",
          "ArgMin",
          "CumSum",
          "LogSoftmax",
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSum",
          "ReduceSumSquare",
          "Softmax");

  /** From this opset on Softmax works along one axis; before, along all from it on. */
  private static final int SOFTMAX_OF_ONE_AXIS = 13;

  private final Translation t;
  private final long opset;

  ConstantReductions(Translation t, long opset) {
    this.t = t;
    this.opset = opset;
  }

  static boolean covers(String operator) {
    return OPERATORS.contains(operator);
  }

  Constant apply(Node node) throws NodeException, CheckpointException {
    Constant input = t.known(node, 0, "its input");
    // Also a tensor of one value, which takes no memory, takes time.
    t.spend(node, input.count());
    return switch (node.op()) {
      case "ArgMax" -> extreme(node, input, 1);
      case "ArgMin" -> extreme(node, input, -1);
      case "CumSum" -> runningSum(node, input);
      case "Softmax" -> softmax(node, input, false);
      case "LogSoftmax" -> softmax(node, input, true);
      default -> reduce(node, input);
    };
  }

  private Constant reduce(Node node, Constant input) throws NodeException, CheckpointException {
    int rank = input.dims().length;
    boolean named = t.hasInput(node, 1) || node.has("axes");
    int[] axes = Axes.of(t, node, 1, rank);
    if (!named || axes.length == 0) {
      // Even then each element passes through the operations before and after the sum.
      axes = new int[node.flag("noop_with_empty_axes") ? 0 : rank];
      Arrays.setAll(axes, axis -> axis);
    }
    boolean[] reduced = new boolean[rank];
    for (int axis : axes) {
      reduced[axis] = true;
    }
    int[] kept = kept(input.dims(), reduced, true);
    int count = Constant.count(kept);
    t.spend(node, 2L * count);
    if (input.count() == 0) {
      throw node.error("it reduces " + Constant.extents(input.dims()) + ", which has no elements");
    }
    int[] groups = groups(input.dims(), reduced);
    int perGroup = input.count() / count;
    int[] dims = kept(input.dims(), reduced, node.integer("keepdims", 1) != 0);
    return input.isReal()
        ? Constant.ofReals(dims, reals(node, input, groups, count, perGroup))
        : Constant.ofIntegers(dims, integers(node, input, groups, count, perGroup))
            .typed(input.type());
  }

  private static float[] reals(Node node, Constant input, int[] groups, int count, int perGroup)
      throws NodeException {
    double[] results = new double[count];
    double[] largest = new double[count];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    Arrays.fill(results, start(node.op()));
    if (node.op().equals("ReduceLogSumExp")) {
      for (int i = 0; i < groups.length; i++) {
        largest[groups[i]] = Math.max(largest[groups[i]], input.real(i));
      }
    }
    for (int i = 0; i < groups.length; i++) {
      int g = groups[i];
      double x = input.real(i);
      results[g] =
          switch (node.op()) {
            case "ReduceSum", "ReduceMean", "ReduceLogSum" -> results[g] + x;
            case "ReduceMax" -> Math.max(results[g], x);
            case "ReduceMin" -> Math.min(results[g], x);
            case "ReduceProd" -> results[g] * x;
            case "ReduceL1" -> results[g] + Math.abs(x);
            case "ReduceL2", "ReduceSumSquare" -> results[g] + x * x;
            case "ReduceLogSumExp" -> results[g] + Math.exp(x - largest[g]);
            default -> throw node.error("Setun does not compute it of constants");
          };
    }
    float[] rounded = new float[count];
    for (int g = 0; g < count; g++) {
      rounded[g] =
          (float)
              switch (node.op()) {
                case "ReduceMean" -> results[g] / perGroup;
                case "ReduceL2" -> Math.sqrt(results[g]);
                case "ReduceLogSum" -> Math.log(results[g]);
                case "ReduceLogSumExp" -> Math.log(results[g]) + largest[g];
                default -> results[g];
              };
    }
    return rounded;
  }

  private static double start(String op) {
    return switch (op) {
      case "ReduceMax" -> Double.NEGATIVE_INFINITY;
      case "ReduceMin" -> Double.POSITIVE_INFINITY;
      case "ReduceProd" -> 1;
      default -> 0;
    };
  }

  private static long[] integers(Node node, Constant input, int[] groups, int count, int perGroup)
      throws NodeException {
    long[] results = new long[count];
    Arrays.fill(
        results,
        switch (node.op()) {
          case "ReduceMax" -> Long.MIN_VALUE;
          case "ReduceMin" -> Long.MAX_VALUE;
          case "ReduceProd" -> 1;
          default -> 0;
        });
    for (int i = 0; i < groups.length; i++) {
      int g = groups[i];
      long x = input.integer(i);
      results[g] =
          switch (node.op()) {
            case "ReduceSum", "ReduceMean" -> Math.addExact(results[g], x);
            case "ReduceMax" -> Math.max(results[g], x);
            case "ReduceMin" -> Math.min(results[g], x);
            case "ReduceProd" -> Math.multiplyExact(results[g], x);
            case "ReduceL1" -> Math.addExact(results[g], Math.absExact(x));
            case "ReduceSumSquare" -> Math.addExact(results[g], Math.multiplyExact(x, x));
            default -> throw node.error("of integers Setun does not compute it");
          };
    }
    if (node.op().equals("ReduceMean")) {
      Arrays.setAll(results, g -> results[g] / perGroup);
    }
    return results;
  }

  private Constant extreme(Node node, Constant input, int sign) throws NodeException {
    int[] dims = input.dims();
    int axis = Axes.at(node, node.integer("axis", 0), dims.length);
    boolean last = node.flag("select_last_index");
    boolean[] reduced = new boolean[dims.length];
    reduced[axis] = true;
    if (dims[axis] == 0) {
      throw node.error("it searches " + Constant.extents(dims) + ", which has no elements");
    }
    int[] groups = groups(dims, reduced);
    int stride = ConstantMoves.strides(dims)[axis];
    int count = input.count() / dims[axis];
    long[] places = new long[count];
    double[] best = new double[count];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < groups.length; i++) {
      double value = sign * (input.isReal() ? input.real(i) : (double) input.integer(i));
      int g = groups[i];
      if (value > best[g] || last && value == best[g]) {
        best[g] = value;
        places[g] = i / stride % dims[axis];
      }
    }
    return Constant.ofIntegers(kept(dims, reduced, node.integer("keepdims", 1) != 0), places);
  }

  private Constant runningSum(Node node, Constant input) throws NodeException, CheckpointException {
    int[] dims = input.dims();
    Constant named = t.known(node, 1, "its axis");
    if (named.count() != 1) {
      throw node.error("its axis has " + named.count() + " elements");
    }
    int axis = Axes.at(node, named.integer(0), dims.length);
    int stride = ConstantMoves.strides(dims)[axis];
    boolean backwards = node.flag("reverse");
    boolean exclusive = node.flag("exclusive");
    double[] sums = new double[input.count()];
    long[] exact = new long[input.count()];
    for (int i = 0; i < sums.length; i++) {
      int place = backwards ? sums.length - 1 - i : i;
      int at = place / stride % dims[axis];
      int neighbour = backwards ? place + stride : place - stride;
      boolean first = at == (backwards ? dims[axis] - 1 : 0);
      int added = exclusive ? neighbour : place;
      sums[place] = (first ? 0 : sums[neighbour]) + (exclusive && first ? 0 : input.real(added));
      exact[place] =
          (first ? 0 : exact[neighbour]) + (exclusive && first ? 0 : input.integer(added));
    }
    if (!input.isReal()) {
      return Constant.ofIntegers(dims, exact).typed(input.type());
    }
    float[] rounded = new float[sums.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) sums[i];
    }
    return Constant.ofReals(dims, rounded);
  }

  private Constant softmax(Node node, Constant input, boolean logarithm) throws NodeException {
    int[] dims = input.dims();
    boolean oneAxis = opset >= SOFTMAX_OF_ONE_AXIS;
    int axis = Axes.at(node, node.integer("axis", oneAxis ? -1 : 1), dims.length);
    boolean[] reduced = new boolean[dims.length];
    Arrays.fill(reduced, axis, oneAxis ? axis + 1 : dims.length, true);
    int[] groups = groups(dims, reduced);
    int count = Constant.count(kept(dims, reduced, true));
    double[] largest = new double[count];
    double[] sums = new double[count];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < groups.length; i++) {
      largest[groups[i]] = Math.max(largest[groups[i]], input.real(i));
    }
    for (int i = 0; i < groups.length; i++) {
      sums[groups[i]] += Math.exp(input.real(i) - largest[groups[i]]);
    }
    float[] results = new float[groups.length];
    for (int i = 0; i < results.length; i++) {
      double x = input.real(i) - largest[groups[i]];
      double sum = sums[groups[i]];
      results[i] = (float) (logarithm ? x - Math.log(sum) : Math.exp(x) / sum);
    }
    return Constant.ofReals(dims, results);
  }

  /** The extents without, or with 1 for, those that are reduced. */
  private static int[] kept(int[] dims, boolean[] reduced, boolean keep) {
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < dims.length; axis++) {
      if (!reduced[axis] || keep) {
        kept.add(reduced[axis] ? 1 : dims[axis]);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  /** For each element, which result it goes into. */
  private static int[] groups(int[] dims, boolean[] reduced) {
    int[] strides = ConstantMoves.strides(kept(dims, reduced, true));
    int[] groups = new int[Constant.count(dims)];
    int[] at = new int[dims.length];
    for (int i = 0; i < groups.length; i++) {
      for (int axis = 0; axis < dims.length; axis++) {
        groups[i] += reduced[axis] ? 0 : at[axis] * strides[axis];
      }
      for (int axis = dims.length - 1; axis >= 0 && ++at[axis] == dims[axis]; axis--) {
        at[axis] = 0;
      }
    }
    return groups;
  }
}
