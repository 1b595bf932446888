// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.setun.loader.checkpoint.CheckpointException;

/** Operators on constants that compute nothing: other extents, order, repetitions, parts. */
final class ConstantMoves {
  private static final Set<String> OPERATORS =
      Set.of(
          "Concat",
          "Expand",
          "Flatten",
          "Gather",
          "Reshape",
          "Slice",
          "Squeeze",
          "Tile",
          "Transpose",
          "Unsqueeze");

  private final Translation t;

  ConstantMoves(Translation t) {
    this.t = t;
  }

  static boolean covers(String operator) {
    return OPERATORS.contains(operator);
  }

  Constant apply(Node node) throws NodeException, CheckpointException {
    Constant input = t.known(node, 0, "its input");
    return switch (node.op()) {
      case "Concat" -> concat(node);
      case "Expand" -> expand(node, input);
      case "Gather" -> gather(node, input);
      case "Slice" -> slice(node, input);
      case "Tile" -> tile(node, input);
      case "Transpose" -> transpose(node, input);
      default -> input.withDims(Reshaping.of(t, node, input.dims()));
    };
  }

  /**
   * Takes the elements of a box.
   *
   * @param places for each axis of the result, the places of its elements; a place in the input is
   *     the sum of one of each axis
   */
  private Constant pick(Node node, Constant input, int[][] places) throws NodeException {
    int[] dims = Arrays.stream(places).mapToInt(axis -> axis.length).toArray();
    int count = Constant.count(dims);
    if (input.isUniform() && count > 0) {
      return input.repeated(dims);
    }
    t.spend(node, count);
    return input.pick(picked(places, count), dims);
  }

  /** The place of every element, from its places along the axes. */
  private static int[] picked(int[][] places, int count) {
    int[] picked = new int[count];
    int[] at = new int[places.length];
    for (int i = 0; i < count; i++) {
      for (int axis = 0; axis < places.length; axis++) {
        picked[i] += places[axis][at[axis]];
      }
      for (int axis = places.length - 1; axis >= 0 && ++at[axis] == places[axis].length; axis--) {
        at[axis] = 0;
      }
    }
    return picked;
  }

  /** For each element after a Transpose, its place before it. */
  static int[] transposed(int[] dims, int[] order) {
    int[] strides = strides(dims);
    int[][] places = new int[dims.length][];
    Arrays.setAll(places, i -> axis(dims[order[i]], strides[order[i]]));
    return picked(places, Constant.count(dims));
  }

  /** Distance of neighbours along each axis. */
  static int[] strides(int[] dims) {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims[axis];
    }
    return strides;
  }

  /** Places of every element along an axis. */
  private static int[] axis(int extent, int stride) {
    return IntStream.range(0, extent).map(i -> i * stride).toArray();
  }

  private Constant expand(Node node, Constant input) throws NodeException, CheckpointException {
    int[] own = input.dims();
    int[] dims = ConstantAlgebra.broadcast(own, t.known(node, 1, "its shape").toInts());
    if (Constant.count(dims) == input.count()) {
      return input.withDims(dims);
    }
    int[] strides = strides(own);
    int[][] places = new int[dims.length][];
    for (int i = 0; i < dims.length; i++) {
      int axis = i - (dims.length - own.length);
      places[i] = axis(limited(node, dims[i]), axis < 0 || own[axis] == 1 ? 0 : strides[axis]);
    }
    return pick(node, input, places);
  }

  private Constant tile(Node node, Constant input) throws NodeException, CheckpointException {
    int[] repeats = t.known(node, 1, "its repeats").toInts();
    int[] dims = input.dims();
    if (repeats.length != dims.length || Arrays.stream(repeats).anyMatch(r -> r < 0)) {
      throw node.error("repeats " + Arrays.toString(repeats) + " of " + Constant.extents(dims));
    }
    int[] strides = strides(dims);
    int[][] places = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      int extent = dims[axis];
      int stride = strides[axis];
      int all = limited(node, Math.multiplyExact(extent, repeats[axis]));
      places[axis] = IntStream.range(0, all).map(i -> i % extent * stride).toArray();
    }
    return pick(node, input, places);
  }

  /** An extent of a result, counted before anything as long is made. */
  private int limited(Node node, int extent) throws NodeException {
    t.spend(node, extent);
    return extent;
  }

  private Constant gather(Node node, Constant input) throws NodeException, CheckpointException {
    Constant indices = t.known(node, 1, "its indices");
    int[] dims = input.dims();
    int axis = Axes.at(node, node.integer("axis", 0), dims.length);
    int[] strides = strides(dims);
    int[][] places = new int[dims.length][];
    for (int i = 0; i < dims.length; i++) {
      places[i] = i == axis ? new int[limited(node, indices.count())] : axis(dims[i], strides[i]);
    }
    for (int i = 0; i < indices.count(); i++) {
      places[axis][i] = Axes.at(node, indices.integer(i), dims[axis]) * strides[axis];
    }
    List<Integer> result = new ArrayList<>();
    IntStream.range(0, axis).forEach(i -> result.add(dims[i]));
    Arrays.stream(indices.dims()).forEach(result::add);
    IntStream.range(axis + 1, dims.length).forEach(i -> result.add(dims[i]));
    return pick(node, input, places)
        .withDims(result.stream().mapToInt(Integer::intValue).toArray());
  }

  private Constant slice(Node node, Constant input) throws NodeException, CheckpointException {
    Slices slices = Slices.of(t, node, input.dims());
    int[] dims = slices.dims();
    int[] strides = strides(input.dims());
    int[][] places = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      int start = slices.starts()[axis];
      int step = slices.steps()[axis];
      int stride = strides[axis];
      places[axis] =
          IntStream.range(0, limited(node, dims[axis]))
              .map(i -> (start + i * step) * stride)
              .toArray();
    }
    return pick(node, input, places);
  }

  private Constant transpose(Node node, Constant input) throws NodeException {
    int[] dims = input.dims();
    int[] order = order(node, dims.length);
    int[] strides = strides(dims);
    int[][] places = new int[dims.length][];
    for (int i = 0; i < dims.length; i++) {
      places[i] = axis(limited(node, dims[order[i]]), strides[order[i]]);
    }
    return pick(node, input, places);
  }

  /** The axes in the order of a Transpose; reversed where it names none. */
  static int[] order(Node node, int rank) throws NodeException {
    long[] named = node.integers("perm").orElse(null);
    int[] order = new int[rank];
    if (named == null) {
      Arrays.setAll(order, i -> rank - 1 - i);
      return order;
    }
    boolean[] seen = new boolean[rank];
    if (named.length != rank) {
      throw node.error("perm has " + named.length + " axes, not " + rank);
    }
    for (int i = 0; i < rank; i++) {
      order[i] = Axes.at(node, named[i], rank);
      if (seen[order[i]]) {
        throw node.error("perm names axis " + order[i] + " twice");
      }
      seen[order[i]] = true;
    }
    return order;
  }

  private Constant concat(Node node) throws NodeException, CheckpointException {
    List<Constant> parts = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      parts.add(t.known(node, i, "a part"));
    }
    int[] dims = parts.getFirst().dims().clone();
    int axis = Axes.at(node, node.integer("axis", 1), dims.length);
    dims[axis] = 0;
    for (Constant part : parts) {
      int[] own = part.dims().clone();
      if (own.length != dims.length) {
        throw misfit(node, parts.getFirst(), part);
      }
      dims[axis] = Math.addExact(dims[axis], own[axis]);
      own[axis] = dims[axis];
      if (!Arrays.equals(own, dims) || part.isReal() != parts.getFirst().isReal()) {
        throw misfit(node, parts.getFirst(), part);
      }
    }
    int count = Constant.count(dims);
    t.spend(node, count);
    boolean real = parts.getFirst().isReal();
    float[] reals = real ? new float[count] : null;
    long[] integers = real ? null : new long[count];
    int run = strides(dims)[axis] * dims[axis];
    int from = 0;
    for (Constant part : parts) {
      int length = strides(part.dims())[axis] * part.dims()[axis];
      for (int i = 0; i < part.count(); i++) {
        int place = i / length * run + from + i % length;
        if (real) {
          reals[place] = part.real(i);
        } else {
          integers[place] = part.integer(i);
        }
      }
      from += length;
    }
    return switch (parts.getFirst().element()) {
      case REAL -> Constant.ofReals(dims, reals);
      case INTEGER -> Constant.ofIntegers(dims, integers).typed(parts.getFirst().type());
      case BOOLEAN -> Constant.ofBooleans(dims, integers);
    };
  }

  private static NodeException misfit(Node node, Constant first, Constant other) {
    return node.error(
        "it joins "
            + Constant.extents(first.dims())
            + " and "
            + Constant.extents(other.dims())
            + " of "
            + first.type()
            + " and "
            + other.type());
  }
}
