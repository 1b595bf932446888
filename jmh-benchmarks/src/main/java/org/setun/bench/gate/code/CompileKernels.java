package org.setun.bench.gate.code;

import org.setun.bench.workload.GemmTiles;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.vector.VectorKernels;

/** The process whose machine code is read: runs every micro-kernel until C2 has compiled it. */
public final class CompileKernels {
  /** Begins the line that says what the process runs on: {@link CodeTarget#describe}. */
  public static final String MARK = "@target ";

  /** C2 compiles a method after some 10,000 calls; the first tiles are interpreted. */
  private static final int TILES = 40_000;

  private CompileKernels() {}

  /**
   * Runs all kernels.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Capabilities capabilities = Capabilities.detect();
    System.out.println(
        MARK
            + new CodeTarget(
                    capabilities.architecture(),
                    capabilities.vectorBits(),
                    capabilities.vectorRegisters(),
                    capabilities.vectorPopcount(),
                    Runtime.version().toString())
                .describe());
    for (TernaryGemm gemm : VectorKernels.kernels().gemms()) {
      GemmTiles tiles = new GemmTiles(gemm);
      int each = GemmTiles.PIXELS * GemmTiles.CHANNELS / (gemm.pixels() * gemm.channels());
      for (int done = 0; done < TILES; done += each) {
        tiles.run();
      }
    }
  }
}
