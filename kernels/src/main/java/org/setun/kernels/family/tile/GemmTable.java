// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.tile;

import java.util.List;
import java.util.OptionalDouble;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.op.TernaryGemm;

/**
 * Picks the micro-kernel of a ternary matrix product: the one that is cheapest by what its tiles
 * cost, those that reach past the edges of the matrix included, among those that do not need more
 * registers than there are.
 */
public final class GemmTable {
  /**
   * Operations charged to each step of a tile for its loads and loop where it was not measured, in
   * terms of arithmetic ones.
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
   * @param costs what it costs there
   * @param extents extents of the product
   * @return the cheapest
   */
  public static TernaryGemm choose(
      List<TernaryGemm> candidates, Machine machine, CostTable costs, Extents extents) {
    TernaryGemm best = null;
    double least = Double.POSITIVE_INFINITY;
    for (TernaryGemm candidate : candidates) {
      double cost = cost(candidate, machine, costs, extents);
      boolean fits = candidate.registers() <= machine.vectorRegisters();
      if (fits && cost < least) {
        best = candidate;
        least = cost;
      }
    }
    // Of kernels that all spill, one has been pinned.
    return best == null ? candidates.getFirst() : best;
  }

  /** Nanoseconds that the product takes; of a kernel that was not measured, by its operations. */
  static double cost(TernaryGemm gemm, Machine machine, CostTable costs, Extents extents) {
    long tiles =
        (long) extents.rows()
            * Math.ceilDiv(extents.width(), gemm.pixels())
            * Math.ceilDiv(extents.outputs(), gemm.channels());
    OptionalDouble word = costs.find(CostTable.tileWord(gemm.name()));
    double tile =
        word.isPresent()
            ? costs.nanos(CostTable.tileStart(gemm.name())) + extents.words() * word.getAsDouble()
            : costs.nanos(CostTable.OPERATION)
                * (gemm.operations(extents.words(), machine.vectorPopcount())
                    + STEP_OVERHEAD * extents.words());
    return tiles * tile;
  }

  /**
   * Multiply-adds a cycle that a micro-kernel cannot exceed, by its count of operations.
   *
   * @param gemm the kernel
   * @param machine what it runs on
   * @param words K
   * @return multiply-adds a cycle, or 0 if the machine's ports are unknown
   */
  public static double boundMacsPerCycle(TernaryGemm gemm, Machine machine, int words) {
    double products = (double) gemm.pixels() * gemm.channels() * words * TernaryKernel.WORD;
    return machine.boundMacsPerCycle(products, gemm.operations(words, machine.vectorPopcount()));
  }
}
