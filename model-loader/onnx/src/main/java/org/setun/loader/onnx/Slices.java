// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import org.setun.loader.checkpoint.CheckpointException;

/**
 * What a Slice takes of each axis.
 *
 * @param starts first element, one per axis
 * @param ends end of the elements, exclusive, one per axis
 * @param steps distance of elements, one per axis; negative where the first lies after the last
 */
record Slices(int[] starts, int[] ends, int[] steps) {
  /** Reads a node's slices: inputs from opset 10 on, attributes before. */
  static Slices of(Translation t, Node node, int[] dims) throws NodeException, CheckpointException {
    long[] from = numbers(t, node, 1, "starts").orElse(new long[0]);
    long[] to = numbers(t, node, 2, "ends").orElse(new long[0]);
    long[] axes = numbers(t, node, 3, "axes").orElse(null);
    long[] by = numbers(t, node, 4, "steps").orElse(null);
    if (from.length != to.length
        || axes != null && axes.length != from.length
        || by != null && by.length != from.length) {
      throw node.error("starts, ends, axes and steps of different lengths");
    }
    int[] starts = new int[dims.length];
    int[] ends = dims.clone();
    int[] steps = new int[dims.length];
    Arrays.fill(steps, 1);
    for (int i = 0; i < from.length; i++) {
      int axis = Axes.at(node, axes == null ? i : axes[i], dims.length);
      steps[axis] = by == null ? 1 : Math.toIntExact(by[i]);
      if (steps[axis] == 0) {
        throw node.error("step 0");
      }
      // Backwards, the place before the first element ends the slice.
      int back = steps[axis] < 0 && dims[axis] > 0 ? 1 : 0;
      starts[axis] = bound(from[i], dims[axis], 0, dims[axis] - back);
      ends[axis] = bound(to[i], dims[axis], -back, dims[axis] - back);
    }
    return new Slices(starts, ends, steps);
  }

  /** Extents of the part that is taken. */
  int[] dims() {
    int[] dims = new int[starts.length];
    Arrays.setAll(
        dims,
        axis -> {
          int distance = ends[axis] - starts[axis];
          int step = steps[axis];
          return Math.max(
              0, step > 0 ? Math.ceilDiv(distance, step) : Math.ceilDiv(-distance, -step));
        });
    return dims;
  }

  private static int bound(long place, int size, int least, int most) {
    return (int) Math.max(least, Math.min(most, place < 0 ? place + size : place));
  }

  private static Optional<long[]> numbers(Translation t, Node node, int input, String attribute)
      throws NodeException, CheckpointException {
    if (node.has(attribute)) {
      return node.integers(attribute);
    }
    Optional<Constant> given = t.optional(node, input, attribute);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    long[] values = new long[given.get().requireShort().count()];
    Arrays.setAll(values, given.get()::integer);
    return Optional.of(values);
  }
}
