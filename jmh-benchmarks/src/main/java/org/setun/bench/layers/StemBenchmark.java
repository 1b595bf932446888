// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.layers;

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
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.Cost;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.Passes;
import org.setun.bench.workload.Work;
import org.setun.kernels.NetworkGraph;

/** The fp32 stem of ResNet-18: 7×7/2 convolution, BatchNorm, PReLU, max pooling 3/2; 118 MMAC. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class StemBenchmark {
  /** See {@link Implementation}. */
  @Param({"scalar", "vector"})
  public String implementation;

  private Passes passes;
  private Cost cost;

  /** Builds the stem and compares it with another implementation. */
  @Setup
  public void setUp() {
    Implementation kernels = Implementation.named(implementation);
    NetworkGraph graph = Networks.stem();
    Agreement.check(graph, kernels);
    passes = new Passes(graph, kernels, step -> true);
    cost =
        Cost.of(passes)
            .plusBytes(Float.BYTES * (graph.inputShape().size() + graph.outputShape().size()));
    System.out.println("# " + kernels.set().name() + ": " + passes.describe());
  }

  /** One image. */
  @Benchmark
  public void stem(Work work) {
    work.add(cost);
    passes.run();
  }
}
