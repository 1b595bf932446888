// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.kernels;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.setun.bench.workload.Cost;
import org.setun.bench.workload.GemmTiles;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.Work;
import org.setun.cli.ClockProbe;

/**
 * Bare micro-kernels of the ternary matrix product on operands in cache. The scalar kernel has more
 * ports than the two of {@link Work#ofPortBound}, so its share can exceed 1.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TernaryGemmBenchmark {
  /** A micro-kernel, see {@link Implementation}; a test keeps the list complete. */
  @Param({"gated-xor-1x1", "zfold-7x1", "zfold-4x1", "zfold-1x4", "zfold-1x2"})
  public String kernel;

  private GemmTiles tiles;
  private Cost cost;

  /** Packs operands, checks the product, measures the clock. */
  @Setup
  public void setUp() {
    tiles = new GemmTiles(Implementation.named(kernel).gemms().getFirst());
    double gigahertz = ClockProbe.gigahertz();
    cost = tiles.cost(gigahertz);
    System.out.printf(
        "# %s, clock %.2f GHz, bound %.0f GMAC/s%n",
        tiles.name(), gigahertz, cost.macs() / cost.boundNanos());
  }

  /** All tiles of the product. */
  @Benchmark
  public int[] multiply(Work work) {
    work.add(cost);
    return tiles.run();
  }
}
