// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.L2I;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.setun.kernels.vector.Species.INT_PER_LONG;
import static org.setun.kernels.vector.Species.LONG;
import static org.setun.kernels.vector.Species.LONGS;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import org.setun.kernels.op.HammingDistance;

/**
 * A lane is a row: nothing is added up across lanes, and rows are read in the order they lie in.
 */
final class VectorHammingDistance implements HammingDistance {
  @Override
  public int rows() {
    return LONGS;
  }

  @Override
  public void distances(
      long[] panels, int from, int count, int words, long[] query, int at, int[] out, int to) {
    for (int panel = 0; panel < count; panel++) {
      panel(panels, from + panel * words * LONGS, words, query, at, out, to + panel * LONGS);
    }
  }

  private static void panel(
      long[] panels, int from, int words, long[] query, int at, int[] out, int to) {
    LongVector distance = LongVector.zero(LONG);
    for (int k = 0; k < words; k++) {
      LongVector different =
          LongVector.fromArray(LONG, panels, from + k * LONGS)
              .lanewise(XOR, LongVector.broadcast(LONG, query[at + k]));
      distance = different.lanewise(BIT_COUNT).add(distance);
    }
    ((IntVector) distance.convertShape(L2I, INT_PER_LONG, 0)).intoArray(out, to);
  }
}
