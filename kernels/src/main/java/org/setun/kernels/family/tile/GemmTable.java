package org.setun.kernels.family.tile;

import java.util.List;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.family.Costs;
import org.setun.kernels.family.Machine;
import org.setun.kernels.op.TernaryGemm;

/**
 * Picks the micro-kernel of a ternary matrix product: the one that is cheapest by its count of
 * operations, tiles that reach past the edges of the matrix included, among those that do not need
 * more registers than there are.
 */
public final class GemmTable {
  /**
   * Operations charged to each step of a tile for its loads and loop, in terms of arithmetic ones.
   * Measured on 4608 inputs: a tile of 4×1 takes 3 to 5 % longer per product than one of 7×1.
   */
  private static final double STEP_OVERHEAD = 2.5;

  private GemmTable() {}

  /**
   * Extents of a product.
   *
   * @param rows rows of the output map; tiles do not span them
   * @param width pixels in a row
   * @param outputs output channels
   * @param words K
   */
  public record Extents(int rows, int width, int outputs, int words) {}

  /**
   * The cheapest kernel.
   *
   * @param candidates kernels to pick from
   * @param machine what it runs on
   * @param extents extents of the product
   * @return the cheapest
   */
  public static TernaryGemm choose(List<TernaryGemm> candidates, Machine machine, Extents extents) {
    TernaryGemm best = null;
    double least = Double.POSITIVE_INFINITY;
    for (TernaryGemm candidate : candidates) {
      double cost = cost(candidate, machine, extents);
      boolean fits = candidate.registers() <= machine.vectorRegisters();
      if (fits && cost < least) {
        best = candidate;
        least = cost;
      }
    }
    // Of kernels that all spill, one has been pinned.
    return best == null ? candidates.getFirst() : best;
  }

  /** Cycles that the product takes, by its count of operations on {@link Costs#PORTS}. */
  static double cost(TernaryGemm gemm, Machine machine, Extents extents) {
    long tiles =
        (long) extents.rows()
            * Math.ceilDiv(extents.width(), gemm.pixels())
            * Math.ceilDiv(extents.outputs(), gemm.channels());
    double operations =
        gemm.operations(extents.words(), machine.vectorPopcount())
            + STEP_OVERHEAD * extents.words();
    return tiles * operations / Costs.PORTS;
  }

  /**
   * Multiply-adds a cycle that a micro-kernel cannot exceed, by its count of operations on two
   * vector ports.
   *
   * @param gemm the kernel
   * @param machine what it runs on
   * @param words K
   * @return multiply-adds a cycle
   */
  public static double boundMacsPerCycle(TernaryGemm gemm, Machine machine, int words) {
    double products = (double) gemm.pixels() * gemm.channels() * words * TernaryKernel.WORD;
    return products * Costs.PORTS / gemm.operations(words, machine.vectorPopcount());
  }
}
