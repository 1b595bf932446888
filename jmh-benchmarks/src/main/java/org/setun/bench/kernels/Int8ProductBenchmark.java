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
import org.setun.bench.workload.Int8Work;
import org.setun.bench.workload.Work;
import org.setun.cli.ClockProbe;

/** Ternary weights times bytes: the linear layers of a transformer, one token and several. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class Int8ProductBenchmark {
  /** Rows of activations × outputs × columns. */
  @Param({"1x4096x4096", "1x2560x6912", "16x4096x4096", "49x4096x4096", "512x4096x4096"})
  public String extents;

  /** Activations: of normal distribution with a deviation of 30, or any byte as often. */
  @Param({"bell", "uniform"})
  public String activations;

  private Int8Work product;
  private Cost cost;

  /** Packs and checks. */
  @Setup
  public void setUp() {
    product = new Int8Work(extents, activations.equals("bell"));
    cost = product.cost();
    System.out.printf("# %s, clock %.2f GHz%n", product.describe(), ClockProbe.gigahertz());
  }

  /** Exact integers. */
  @Benchmark
  public void multiply(Work work) {
    work.add(cost);
    product.run();
  }
}
