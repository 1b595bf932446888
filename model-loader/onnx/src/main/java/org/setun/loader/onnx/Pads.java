// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import org.setun.loader.checkpoint.CheckpointException;

/**
 * What a Pad names: attributes in older opsets, inputs in newer ones.
 *
 * @param listed before each axis, then behind each
 * @param filler what the padding holds
 */
record Pads(long[] listed, float filler) {
  /**
   * The pads of a node.
   *
   * @param rank axes of what it pads
   */
  static Pads of(Translation t, Node node, int rank) throws NodeException, CheckpointException {
    String mode = node.text("mode", "constant");
    if (!mode.equals("constant")) {
      throw node.error("mode " + mode + ", and only constants can be padded with");
    }
    Optional<Constant> given = t.optional(node, 1, "its list of pads");
    long[] named =
        given.isPresent()
            ? Arrays.stream(given.get().toInts()).asLongStream().toArray()
            : node.integers("pads").orElse(new long[0]);
    int[] axes = axes(t, node, rank);
    if (named.length != 2 * axes.length) {
      throw node.error(named.length + " pads for " + axes.length + " axes");
    }
    long[] listed = new long[2 * rank];
    for (int i = 0; i < axes.length; i++) {
      listed[axes[i]] = named[i];
      listed[rank + axes[i]] = named[axes.length + i];
    }
    Optional<Constant> filler = t.optional(node, 2, "its value");
    if (filler.isPresent() && filler.get().count() != 1) {
      throw node.error("its value has " + filler.get().count() + " elements");
    }
    return new Pads(listed, filler.isPresent() ? filler.get().real(0) : node.real("value", 0));
  }

  private static int[] axes(Translation t, Node node, int rank)
      throws NodeException, CheckpointException {
    if (!t.hasInput(node, 3)) {
      int[] all = new int[rank];
      Arrays.setAll(all, axis -> axis);
      return all;
    }
    int[] axes = t.known(node, 3, "its list of axes").toInts();
    for (int i = 0; i < axes.length; i++) {
      axes[i] = Axes.at(node, axes[i], rank);
    }
    return axes;
  }
}
