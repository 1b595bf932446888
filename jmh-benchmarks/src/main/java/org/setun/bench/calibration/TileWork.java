// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.calibration;

import java.util.SplittableRandom;
import org.setun.kernels.op.TernaryGemm;

/** Tiles of one micro-kernel, as many as a row of 56 pixels and 64 channels would need. */
final class TileWork {
  static final int TILES = 64;

  private final TernaryGemm gemm;
  private final int words;
  private final long[] a;
  private final long[] w;
  private final int[] counts;

  TileWork(TernaryGemm gemm, int words) {
    this.gemm = gemm;
    this.words = words;
    SplittableRandom random = new SplittableRandom(words);
    a = random.longs(8L * gemm.pixels() * 2 * words).toArray();
    w = random.longs(8L * gemm.channels() * 2 * words).toArray();
    counts = new int[TILES * gemm.pixels() * gemm.channels()];
  }

  void run() {
    for (int tile = 0; tile < TILES; tile++) {
      gemm.tile(
          a,
          tile % 8 * gemm.pixels() * 2 * words,
          w,
          tile / 8 * gemm.channels() * 2 * words,
          words,
          counts,
          tile * gemm.pixels() * gemm.channels(),
          gemm.channels());
    }
  }
}
