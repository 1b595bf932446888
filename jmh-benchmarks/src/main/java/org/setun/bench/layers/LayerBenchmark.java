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

/**
 * One ternary 3×3 layer of ResNet-18 as a network runs it: im2col, matrix product, multiply-add,
 * shortcut, PReLU, and the trits of the next layer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LayerBenchmark {
  /** See {@link Implementation}; a micro-kernel's name is possible too. */
  @Param({"scalar", "vector"})
  public String implementation;

  /** Channels, and pixels in a row: the four shapes of ResNet-18. */
  @Param({"64@56", "128@28", "256@14", "512@7"})
  public String layer;

  private Passes passes;
  private Cost cost;

  /** Builds the layer and compares it with another implementation. */
  @Setup
  public void setUp() {
    Implementation kernels = Implementation.named(implementation);
    int at = layer.indexOf('@');
    int channels = Integer.parseInt(layer.substring(0, at));
    int size = Integer.parseInt(layer.substring(at + 1));
    NetworkGraph graph = Networks.halfBlock(channels, size);
    Agreement.check(graph, kernels);
    passes = new Passes(graph, kernels, Passes.of(Networks.HALF_BLOCK_CONVOLUTION));
    cost = Cost.of(passes).plusBytes(Networks.halfBlockMapBytes(channels, size));
    System.out.println("# " + kernels.set().name() + ": " + passes.describe());
  }

  /** The layer. */
  @Benchmark
  public void layer(Work work) {
    work.add(cost);
    passes.run();
  }
}
