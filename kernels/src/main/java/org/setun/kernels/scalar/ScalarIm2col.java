package org.setun.kernels.scalar;

import org.setun.kernels.op.Im2col;

/** Pair by pair. */
public final class ScalarIm2col implements Im2col {
  @Override
  public void gather(
      long[] source,
      int[] pixelOffsets,
      int first,
      int pixels,
      int[] tapOffsets,
      int pairs,
      long[] panel,
      int panelOffset) {
    int to = panelOffset;
    for (int tapOffset : tapOffsets) {
      for (int w = 0; w < pairs; w++) {
        for (int j = 0; j < pixels; j++, to += 2) {
          int from = pixelOffsets[first + j] + tapOffset + 2 * w;
          panel[to] = source[from];
          panel[to + 1] = source[from + 1];
        }
      }
    }
  }
}
