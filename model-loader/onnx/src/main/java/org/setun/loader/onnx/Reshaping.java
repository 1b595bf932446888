// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.setun.loader.checkpoint.CheckpointException;

/** Extents after an operator that changes nothing else; for constants and values alike. */
final class Reshaping {
  private Reshaping() {}

  /**
   * The extents a node makes of others.
   *
   * @throws NodeException if the order of the elements would change, too
   */
  static int[] of(Translation t, Node node, int[] dims) throws NodeException, CheckpointException {
    return switch (node.op()) {
      case "Reshape" -> reshape(t, node, dims);
      case "Flatten" -> flatten(node, dims);
      case "Squeeze" -> squeeze(t, node, dims);
      case "Unsqueeze" -> unsqueeze(t, node, dims);
      default -> throw new IllegalStateException(node.op());
    };
  }

  private static int[] reshape(Translation t, Node node, int[] dims)
      throws NodeException, CheckpointException {
    int[] wanted = t.known(node, 1, "its shape").toInts();
    int inferred = -1;
    long product = 1;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] == 0 && !node.flag("allowzero")) {
        if (i >= dims.length) {
          throw node.error("extent " + i + " is to be kept, and there is none");
        }
        wanted[i] = dims[i];
      } else if (i == 0 && wanted[i] == t.batch()) {
        wanted[i] = 1;
      }
      if (wanted[i] == -1 && inferred < 0) {
        inferred = i;
      } else {
        product = Math.multiplyExact(product, wanted[i]);
      }
    }
    if (inferred >= 0) {
      if (product <= 0 || Constant.count(dims) % product != 0) {
        throw node.error("no extent fits for -1");
      }
      wanted[inferred] = Math.toIntExact(Constant.count(dims) / product);
    }
    return wanted;
  }

  private static int[] flatten(Node node, int[] dims) throws NodeException {
    long axis = node.integer("axis", 1);
    if (axis != 1 && axis != 1 - dims.length) {
      throw node.error("it flattens from axis " + axis + ", which mixes batch and features");
    }
    return new int[] {dims[0], Constant.count(Arrays.copyOfRange(dims, 1, dims.length))};
  }

  private static int[] squeeze(Translation t, Node node, int[] dims)
      throws NodeException, CheckpointException {
    boolean named = t.hasInput(node, 1) || node.has("axes");
    List<Integer> axes = IntStream.of(Axes.of(t, node, 1, dims.length)).boxed().toList();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      if (axes.contains(i) && named && dims[i] != 1) {
        throw node.error("axis " + i + " of " + Constant.extents(dims) + " is not 1");
      }
      if (!axes.contains(i) || dims[i] != 1) {
        kept.add(dims[i]);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] unsqueeze(Translation t, Node node, int[] dims)
      throws NodeException, CheckpointException {
    int count =
        t.hasInput(node, 1)
            ? t.known(node, 1, "its list of axes").count()
            : node.integers("axes").orElse(new long[0]).length;
    int[] axes = Axes.of(t, node, 1, Math.addExact(dims.length, count));
    List<Integer> all = new ArrayList<>(IntStream.of(dims).boxed().toList());
    for (int axis : axes) {
      if (axis > all.size()) {
        throw node.error("an axis is named twice");
      }
      all.add(axis, 1);
    }
    return all.stream().mapToInt(Integer::intValue).toArray();
  }
}
