// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static org.setun.kernels.vector.Species.LONG;
import static org.setun.kernels.vector.Species.LONGS;

import jdk.incubator.vector.LongVector;
import org.setun.kernels.op.Im2col;

/**
 * A vector at a time, the last one of a run overlapping the one before: two loads and stores for
 * the 14 words of 7 pixels, against 20 cycles that the product then takes for each panel of output
 * channels.
 */
final class VectorIm2col implements Im2col {
  @Override
  public void gather(
      long[] map,
      int mapOffset,
      int[] wordOffsets,
      int run,
      int tiles,
      long[] panel,
      int panelOffset) {
    for (int t = 0; t < tiles; t++) {
      int from = mapOffset + t * run;
      int to = panelOffset + t * run * wordOffsets.length;
      if (run > LONGS && run <= 2 * LONGS) {
        twoVectors(map, from, wordOffsets, run, panel, to);
      } else if (run >= LONGS) {
        vectors(map, from, wordOffsets, run, panel, to);
      } else {
        words(map, from, wordOffsets, run, panel, to);
      }
    }
  }

  /** The case of 7 pixels at 512 bits, without the inner loop: half the time. */
  private static void twoVectors(
      long[] map, int mapOffset, int[] wordOffsets, int run, long[] panel, int panelOffset) {
    for (int k = 0; k < wordOffsets.length; k++) {
      int from = mapOffset + wordOffsets[k];
      int to = panelOffset + k * run;
      LongVector.fromArray(LONG, map, from).intoArray(panel, to);
      LongVector.fromArray(LONG, map, from + run - LONGS).intoArray(panel, to + run - LONGS);
    }
  }

  private static void vectors(
      long[] map, int mapOffset, int[] wordOffsets, int run, long[] panel, int panelOffset) {
    for (int k = 0; k < wordOffsets.length; k++) {
      int from = mapOffset + wordOffsets[k];
      int to = panelOffset + k * run;
      for (int i = 0; i < run - LONGS; i += LONGS) {
        LongVector.fromArray(LONG, map, from + i).intoArray(panel, to + i);
      }
      LongVector.fromArray(LONG, map, from + run - LONGS).intoArray(panel, to + run - LONGS);
    }
  }

  private static void words(
      long[] map, int mapOffset, int[] wordOffsets, int run, long[] panel, int panelOffset) {
    for (int k = 0; k < wordOffsets.length; k++) {
      for (int i = 0; i < run; i++) {
        panel[panelOffset + k * run + i] = map[mapOffset + wordOffsets[k] + i];
      }
    }
  }
}
