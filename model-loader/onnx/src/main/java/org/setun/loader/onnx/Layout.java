// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.setun.kernels.Shape;

/**
 * In which order a value of the graph names the elements that its source holds as channels, rows,
 * columns. Networks that Keras trained have their channels last; a Transpose moves no element here,
 * it changes the order, until that vanishes into a convolution, a reduction or a matrix.
 *
 * @param order the source's axes (0: batch, 1: channels, 2: rows, 3: columns) as the value has them
 */
record Layout(List<Integer> order) {
  static final int CHANNELS = 1;
  static final int ROWS = 2;
  static final int COLUMNS = 3;

  /** The source's own order. */
  static final Layout CHANNELS_FIRST = new Layout(List.of(0, CHANNELS, ROWS, COLUMNS));

  /** The order of TensorFlow. */
  static final Layout CHANNELS_LAST = new Layout(List.of(0, ROWS, COLUMNS, CHANNELS));

  /** This, or the source's own order where it is the same but for axes of extent 1. */
  Layout normalized(Shape shape) {
    int[] moved = order.stream().filter(axis -> extent(shape, axis) > 1).mapToInt(a -> a).toArray();
    boolean ascending = IntStream.range(1, moved.length).allMatch(i -> moved[i - 1] < moved[i]);
    return ascending ? CHANNELS_FIRST : this;
  }

  /**
   * The source's axes that each axis of a value runs through.
   *
   * @param dims the value's extents
   * @return empty if an axis of the source is split among several
   */
  Optional<List<List<Integer>>> groups(Shape shape, int[] dims) {
    List<List<Integer>> groups = new ArrayList<>();
    int at = 0;
    for (int dim : dims) {
      List<Integer> group = new ArrayList<>();
      long product = 1;
      while (product < dim && at < order.size()) {
        product *= extent(shape, order.get(at));
        group.add(order.get(at++));
      }
      if (product != dim) {
        return Optional.empty();
      }
      groups.add(group);
    }
    boolean rest = order.stream().skip(at).anyMatch(axis -> extent(shape, axis) != 1);
    return rest ? Optional.empty() : Optional.of(groups);
  }

  /** Which axis of a value is one axis of the source and no more; -1 if none is. */
  int axisOf(int wanted, Shape shape, int[] dims) {
    List<List<Integer>> groups = groups(shape, dims).orElse(List.of());
    for (int i = 0; i < groups.size(); i++) {
      boolean alone =
          groups.get(i).stream().allMatch(axis -> axis == wanted || extent(shape, axis) == 1);
      if (alone && groups.get(i).contains(wanted)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The order after a Transpose.
   *
   * @param permutation axes of the value, as the result has them
   */
  Optional<Layout> transposed(Shape shape, int[] dims, int[] permutation) {
    Optional<List<List<Integer>>> groups = groups(shape, dims);
    if (groups.isEmpty()) {
      return Optional.empty();
    }
    // The batch, which is one image, stays in front wherever its axis goes.
    List<Integer> moved = new ArrayList<>(List.of(0));
    for (int axis : permutation) {
      groups.get().get(axis).stream().filter(source -> source != 0).forEach(moved::add);
    }
    order.stream().filter(axis -> !moved.contains(axis)).forEach(moved::add);
    return Optional.of(new Layout(List.copyOf(moved)).normalized(shape));
  }

  /** For each element of a value in row-major order, its place in the source. */
  int[] places(Shape shape) {
    int[] strides = {shape.size(), shape.pixels(), shape.width(), 1};
    int[] places = new int[shape.size()];
    int[] at = new int[order.size()];
    for (int i = 0; i < places.length; i++) {
      for (int axis = 0; axis < at.length; axis++) {
        places[i] += at[axis] * strides[order.get(axis)];
      }
      for (int axis = at.length - 1;
          axis >= 0 && ++at[axis] == extent(shape, order.get(axis));
          axis--) {
        at[axis] = 0;
      }
    }
    return places;
  }

  private static int extent(Shape shape, int axis) {
    return switch (axis) {
      case CHANNELS -> shape.channels();
      case ROWS -> shape.height();
      case COLUMNS -> shape.width();
      default -> 1;
    };
  }

  /** The extents of a whole picture in this order. */
  int[] dims(Shape shape) {
    return order.stream().mapToInt(axis -> extent(shape, axis)).toArray();
  }

  boolean isChannelsFirst() {
    return equals(CHANNELS_FIRST);
  }
}
