// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import org.setun.kernels.TernaryKernel;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.op.WeightPanels;

/**
 * A bare micro-kernel at work on operands in cache: {@value #PIXELS} pixels × {@value #CHANNELS}
 * output channels × {@value #K} trits, the K of ResNet-18's last stage. Weights are 74 KB and
 * activations 32 KB; 28 pixels are whole tiles of 1, 2, 4, 7 and 14.
 */
public final class GemmTiles {
  /** Rows of the activation matrix. */
  public static final int PIXELS = 28;

  /** Rows of the weight matrix. */
  public static final int CHANNELS = 64;

  /** Trits in a row of either. */
  public static final int K = 4608;

  /** Multiply-adds of one {@link #run}. */
  public static final int MACS = PIXELS * CHANNELS * K;

  private static final int WORDS = K / TernaryKernel.WORD;

  private final TernaryGemm gemm;
  private final TernaryKernel activations;
  private final TernaryKernel kernel;
  private final long[] a;
  private final long[] w;
  private final int[] counts = new int[PIXELS * CHANNELS];

  /**
   * Packs random operands and checks the product against one computed trit by trit.
   *
   * @throws IllegalStateException if the kernel computes something else
   */
  public GemmTiles(TernaryGemm gemm) {
    if (PIXELS % gemm.pixels() != 0 || CHANNELS % gemm.channels() != 0) {
      throw new IllegalArgumentException(
          gemm.name() + " does not divide " + PIXELS + " pixels and " + CHANNELS + " channels");
    }
    this.gemm = gemm;
    RandomParameters random = new RandomParameters(4608);
    activations = random.kernel(PIXELS, K, 1);
    kernel = random.kernel(CHANNELS, K, 1);
    w = WeightPanels.pack(kernel, gemm);
    a = pack(activations, gemm.pixels());
    check();
  }

  private static long[] pack(TernaryKernel rows, int tile) {
    long[] packed = new long[PIXELS * WORDS * 2];
    for (int p = 0; p < PIXELS; p++) {
      for (int k = 0; k < WORDS; k++) {
        int at = p / tile * tile * WORDS * 2 + (k * tile + p % tile) * 2;
        packed[at] = rows.nonzeroWord(p * WORDS + k);
        packed[at + 1] = rows.signWord(p * WORDS + k);
      }
    }
    return packed;
  }

  private void check() {
    run();
    for (int p = 0; p < PIXELS; p++) {
      for (int c = 0; c < CHANNELS; c++) {
        int expected = 0;
        for (int k = 0; k < K; k++) {
          expected += activations.trit(p, k, 0, 0) * kernel.trit(c, k, 0, 0);
        }
        if (counts[p * CHANNELS + c] != expected) {
          throw new IllegalStateException(
              "%s: %d at pixel %d, channel %d, where %d is right"
                  .formatted(gemm.name(), counts[p * CHANNELS + c], p, c, expected));
        }
      }
    }
  }

  /** Computes all products; returns them, pixel after pixel. */
  public int[] run() {
    int tile = gemm.pixels();
    int width = gemm.channels();
    for (int c = 0; c < CHANNELS; c += width) {
      for (int p = 0; p < PIXELS; p += tile) {
        gemm.tile(a, p * WORDS * 2, w, c * WORDS * 2, WORDS, counts, p * CHANNELS + c, CHANNELS);
      }
    }
    return counts;
  }

  /**
   * Nanoseconds that one {@link #run} takes at least at a given clock: the kernel's own count of
   * operations, spread evenly over two ports.
   */
  public double boundNanos(double gigahertz) {
    return MACS / (Implementation.boundMacsPerCycle(gemm, WORDS) * gigahertz);
  }

  /** What one {@link #run} does. */
  public Cost cost(double gigahertz) {
    double bytes = Long.BYTES * (a.length + w.length) + (double) Integer.BYTES * counts.length;
    return new Cost(
        1, MACS, boundNanos(gigahertz), bytes, MACS * Cost.popcountsPerMac(gemm.name()));
  }

  /** Name of the micro-kernel. */
  public String name() {
    return gemm.name();
  }
}
