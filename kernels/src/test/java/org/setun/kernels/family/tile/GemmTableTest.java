// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.op.TernaryGemm;

/** The table picks the kernel with the least work, that of tiles past the edges included. */
class GemmTableTest {
  private static final Machine HERE = new Machine("amd64", 512, 32, true, 2);
  private static final CostTable COSTS = CostTable.of(HERE);

  /** A kernel of a given tile whose every pixel costs the same. */
  private record Sized(int pixels, int channels, int registers, int popcounts)
      implements TernaryGemm {
    Sized(int pixels, int channels, int registers) {
      this(pixels, channels, registers, 0);
    }

    @Override
    public String name() {
      return pixels + "x" + channels;
    }

    @Override
    public int operations(int words, boolean popcountInstruction) {
      int word = popcounts == 0 ? 5 : popcountInstruction ? 4 : 10;
      return word * words * pixels * Math.ceilDiv(channels, 8);
    }

    @Override
    public boolean alternatesSign() {
      return false;
    }

    @Override
    public void tile(
        long[] a,
        int aOffset,
        long[] w,
        int wOffset,
        int words,
        int[] counts,
        int cOffset,
        int stride) {
      throw new UnsupportedOperationException();
    }
  }

  private static String choose(List<TernaryGemm> candidates, int rows, int width, int outputs) {
    return GemmTable.choose(candidates, HERE, COSTS, new GemmTable.Extents(rows, width, outputs, 9))
        .name();
  }

  @Test
  void tilesThatFitTheMap() {
    List<TernaryGemm> candidates =
        List.of(new Sized(7, 8, 16), new Sized(4, 8, 16), new Sized(1, 32, 16));
    assertEquals("7x8", choose(candidates, 7, 7, 512));
    assertEquals("4x8", choose(candidates, 8, 8, 512));
    assertEquals("1x32", choose(candidates, 1, 1, 4096));
  }

  @Test
  void kernelsThatWouldSpillAreLeftOutUnlessThereIsNoOther() {
    TernaryGemm spills = new Sized(8, 8, HERE.vectorRegisters() + 1);
    TernaryGemm fits = new Sized(1, 8, 16);
    assertEquals("1x8", choose(List.of(spills, fits), 8, 8, 64));
    assertEquals("8x8", choose(List.of(spills), 8, 8, 64));
  }

  /** Of two kernels with the same operations a product, the one with fewer steps is cheaper. */
  @Test
  void stepsOfATileAreNotFree() {
    TernaryGemm large = new Sized(4, 8, 16);
    TernaryGemm small = new Sized(2, 8, 16);
    assertEquals("4x8", choose(List.of(small, large), 4, 4, 64));
    assertEquals("4x8", choose(List.of(large, small), 4, 4, 64));
  }

  /** What counts bits is dear where no instruction does. */
  @Test
  void popcountInstruction() {
    TernaryGemm counts = new Sized(4, 8, 16, 1);
    TernaryGemm adds = new Sized(4, 8, 16, 0);
    GemmTable.Extents extents = new GemmTable.Extents(4, 4, 64, 9);
    List<TernaryGemm> candidates = List.of(counts, adds);
    Machine plain = new Machine("amd64", 512, 32, false, 2);
    assertEquals(counts, GemmTable.choose(candidates, HERE, COSTS, extents));
    assertEquals(adds, GemmTable.choose(candidates, plain, COSTS, extents));
  }

  @Test
  void boundOfTwoPorts() {
    for (TernaryGemm gemm : KernelSets.gemms()) {
      double bound = GemmTable.boundMacsPerCycle(gemm, HERE, 72);
      assertTrue(bound > 0 && bound < 10_000, gemm.name() + ": " + bound);
    }
    // 2 ports · 8·64 products / 5 operations
    assertEquals(204.8, GemmTable.boundMacsPerCycle(new Sized(7, 8, 16), HERE, 72), 1e-9);
  }
}
