// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import org.setun.loader.checkpoint.CheckpointException;

/** Axes as nodes name them: an attribute in older opsets, an input in newer ones. */
final class Axes {
  private Axes() {}

  /**
   * The axes of a node.
   *
   * @param input where newer opsets have them
   * @param rank how many axes there are
   * @return axes in ascending order; all where the node names none
   */
  static int[] of(Translation t, Node node, int input, int rank)
      throws NodeException, CheckpointException {
    Optional<Constant> given = t.optional(node, input, "its list of axes");
    long[] named =
        given.isPresent()
            ? Arrays.stream(given.get().toInts()).mapToLong(axis -> axis).toArray()
            : node.integers("axes").orElse(null);
    if (named == null) {
      int[] all = new int[rank];
      Arrays.setAll(all, axis -> axis);
      return all;
    }
    int[] axes = new int[named.length];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = at(node, named[i], rank);
    }
    Arrays.sort(axes);
    return axes;
  }

  /** An axis counted from the end where it is negative. */
  static int at(Node node, long axis, int rank) throws NodeException {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw node.error("axis " + axis + " of " + rank);
    }
    return (int) counted;
  }
}
