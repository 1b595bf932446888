// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.sweep;

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

/** A ternary 3×3 layer on a map of 14 × 14 with more and more channels in and out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ChannelsSweepBenchmark {
  private static final int SIZE = 14;

  /** Input and output channels. */
  @Param({"16", "32", "64", "96", "128", "256", "512", "1024"})
  public int channels;

  private Passes passes;
  private Cost cost;

  /** Builds the layer and compares it with another implementation. */
  @Setup
  public void setUp() {
    Implementation kernels = Implementation.named("vector");
    NetworkGraph graph = Networks.halfBlock(channels, SIZE);
    Agreement.check(graph, kernels);
    passes = new Passes(graph, kernels, Passes.of(Networks.HALF_BLOCK_CONVOLUTION));
    cost = Cost.of(passes).plusBytes(Networks.halfBlockMapBytes(channels, SIZE));
    System.out.println("# " + kernels.set().name() + ": " + passes.describe());
  }

  /** The layer. */
  @Benchmark
  public void layer(Work work) {
    work.add(cost);
    passes.run();
  }
}
