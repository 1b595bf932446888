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

/**
 * The ternary matrix product with one extent changed at a time: M pixels, N output channels, K
 * inputs, around 196 × 256 × 1152, ternarization of the inputs included. Sizes lie at and beside
 * the edges of words (64 trits), panels (8 channels with 512 bits) and tiles (7 pixels).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductSweepBenchmark {
  private static final int M = 196;
  private static final int N = 256;
  private static final int K = 1152;

  /** The extent that differs, and its value. */
  @Param({
    "K:64", "K:65", "K:128", "K:256", "K:512", "K:1152", "K:2304", "K:4608", "K:9216",
    "N:1", "N:8", "N:16", "N:32", "N:64", "N:128", "N:256", "N:512", "N:1024",
    "M:1", "M:4", "M:7", "M:13", "M:49", "M:196", "M:784", "M:3136"
  })
  public String point;

  private Passes passes;
  private Cost cost;

  /** Builds the product and compares it with another implementation. */
  @Setup
  public void setUp() {
    Implementation kernels = Implementation.named("vector");
    int pixels = extent("M:", M);
    int outputs = extent("N:", N);
    int inputs = extent("K:", K);
    NetworkGraph graph = Networks.product(pixels, outputs, inputs);
    Agreement.check(graph, kernels);
    passes = new Passes(graph, kernels, Passes.allButImage());
    cost = Cost.of(passes).plusBytes(4.0 * pixels * (inputs + outputs));
    System.out.println("# " + kernels.set().name() + ": " + passes.describe());
  }

  private int extent(String prefix, int otherwise) {
    return point.startsWith(prefix)
        ? Integer.parseInt(point.substring(prefix.length()))
        : otherwise;
  }

  /** One product. */
  @Benchmark
  public void multiply(Work work) {
    work.add(cost);
    passes.run();
  }
}
