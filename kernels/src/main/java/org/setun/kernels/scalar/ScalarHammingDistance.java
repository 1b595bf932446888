// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.HammingDistance;

/** Word by word. */
final class ScalarHammingDistance implements HammingDistance {
  @Override
  public int rows() {
    return 1;
  }

  @Override
  public void distances(
      long[] panels, int from, int count, int words, long[] query, int at, int[] out, int to) {
    for (int r = 0; r < count; r++) {
      int distance = 0;
      for (int k = 0; k < words; k++) {
        distance += Long.bitCount(panels[from + r * words + k] ^ query[at + k]);
      }
      out[to + r] = distance;
    }
  }
}
