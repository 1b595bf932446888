// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.Im2col;

/** Word by word. */
public final class ScalarIm2col implements Im2col {
  @Override
  public void gather(
      long[] map,
      int mapOffset,
      int[] wordOffsets,
      int run,
      int tiles,
      long[] panel,
      int panelOffset) {
    int to = panelOffset;
    for (int tile = 0; tile < tiles; tile++) {
      for (int wordOffset : wordOffsets) {
        for (int i = 0; i < run; i++) {
          panel[to++] = map[mapOffset + tile * run + wordOffset + i];
        }
      }
    }
  }
}
