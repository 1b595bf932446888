// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.kernels;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.setun.bench.layers.LayerBenchmark;
import org.setun.bench.layers.MatrixVectorBenchmark;
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.Cost;
import org.setun.bench.workload.GemmTiles;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.Passes;
import org.setun.bench.workload.Work;
import org.setun.cli.ClockProbe;
import org.setun.kernels.NetworkGraph;

/**
 * The scalar kernels in a JVM that does not vectorize loops by itself: C2 turns the scalar matrix
 * product's {@code Long.bitCount} loop into vector code, so without this switch a "scalar" baseline
 * is not scalar.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:-UseSuperWord"})
public class ScalarBaselineBenchmark {
  private GemmTiles tiles;
  private Passes layer;
  private Passes matrixVector;
  private Cost gemmCost;
  private Cost layerCost;
  private Cost matrixVectorCost;

  /** Builds operands and compares the results with the vector kernels'. */
  @Setup
  public void setUp() {
    Implementation scalar = Implementation.named("scalar");
    tiles = new GemmTiles(scalar.gemms().getFirst());
    NetworkGraph halfBlock = Networks.halfBlock(256, 14);
    Agreement.check(halfBlock, scalar);
    layer = new Passes(halfBlock, scalar, Passes.of(Networks.HALF_BLOCK_CONVOLUTION));
    NetworkGraph product = Networks.matrixVector(MatrixVectorBenchmark.SIZE);
    Agreement.check(product, scalar);
    matrixVector = new Passes(product, scalar, Passes.allButImage());
    gemmCost = tiles.cost(ClockProbe.gigahertz());
    layerCost = Cost.of(layer);
    matrixVectorCost = Cost.of(matrixVector);
    System.out.println("# scalar without auto-vectorization: " + tiles.name());
  }

  /** The micro-kernel of {@link TernaryGemmBenchmark}. */
  @Benchmark
  public int[] gemm(Work work) {
    work.add(gemmCost);
    return tiles.run();
  }

  /** The layer 256@14 of {@link LayerBenchmark}. */
  @Benchmark
  public void layer256at14(Work work) {
    work.add(layerCost);
    layer.run();
  }

  /** The product of {@link MatrixVectorBenchmark}. */
  @Benchmark
  public void matrixVector(Work work) {
    work.add(matrixVectorCost);
    matrixVector.run();
  }
}
