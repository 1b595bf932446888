package org.setun.kernels.select;

import java.util.List;
import org.setun.kernels.op.TernaryGemm;

/**
 * Picks the micro-kernel of a ternary matrix product: the one that is cheapest by its count of
 * operations, tiles that reach past the edges of the matrix included.
 */
public final class KernelTable {
  /**
   * Operations charged to each step of a tile for its loads and loop, in terms of arithmetic ones.
   * Measured on 4608 inputs: a tile of 4×1 takes 3 % longer per product than one of 7×1.
   */
  private static final double STEP_OVERHEAD = 1.5;

  private KernelTable() {}

  /**
   * Picks.
   *
   * @param candidates kernels to pick from
   * @param popcountInstruction whether the machine has a vector popcount
   * @param rows rows of the output map; tiles do not span them
   * @param width pixels in a row
   * @param outputs output channels
   */
  public static TernaryGemm choose(
      List<TernaryGemm> candidates, boolean popcountInstruction, int rows, int width, int outputs) {
    TernaryGemm best = candidates.getFirst();
    for (TernaryGemm candidate : candidates) {
      if (cost(candidate, popcountInstruction, rows, width, outputs)
          < cost(best, popcountInstruction, rows, width, outputs)) {
        best = candidate;
      }
    }
    return best;
  }

  /** Operations for one word of K over the whole product. */
  static double cost(
      TernaryGemm gemm, boolean popcountInstruction, int rows, int width, int outputs) {
    long tiles =
        (long) rows * Math.ceilDiv(width, gemm.pixels()) * Math.ceilDiv(outputs, gemm.channels());
    return tiles * (gemm.operations(popcountInstruction) + STEP_OVERHEAD);
  }
}
