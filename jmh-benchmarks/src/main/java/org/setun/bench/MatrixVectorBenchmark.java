package org.setun.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.Passes;
import org.setun.kernels.NetworkGraph;

/**
 * Ternary matrix of 4096 × 4096 (4 MB packed) times an fp32 vector, which is ternarized first. An
 * operation is a multiply-add: ops/ns is GMAC/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class MatrixVectorBenchmark {
  /** Rows and columns. */
  static final int SIZE = 4096;

  /** See {@link Implementation}. */
  @Param({"scalar", "vector"})
  public String implementation;

  private Passes passes;

  /** Builds the matrix and compares the product with another implementation's. */
  @Setup
  public void setUp() {
    Implementation kernels = Implementation.named(implementation);
    NetworkGraph graph = Networks.matrixVector(SIZE);
    Agreement.check(graph, kernels);
    passes = new Passes(graph, kernels, Passes.allButImage());
    System.out.println("# " + kernels.set().name() + ": " + passes.describe());
  }

  /** One product. */
  @Benchmark
  @OperationsPerInvocation(SIZE * SIZE)
  public void multiply() {
    passes.run();
  }
}
