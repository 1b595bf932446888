// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.network;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.setun.bench.workload.Cost;
import org.setun.bench.workload.NetworkRun;
import org.setun.bench.workload.Work;

/**
 * Whole networks through the public session, image in and logits out. {@code resnet18-fp32} is the
 * ternary ResNet-18's graph with fp32 weights, on our own fp32 convolution: with {@code
 * -jvmArgsAppend -XX:UseAVX=2} it is what ternary arithmetic is compared with on machines without a
 * vector popcount.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class NetworkBenchmark {
  /** Scalar or vector kernels. */
  @Param({"scalar", "vector"})
  public String implementation;

  /** See {@link NetworkRun#graph}. */
  @Param({"resnet18", "resnet18-fp32", "small"})
  public String network;

  /** Images in a run. */
  @Param({"1", "8"})
  public int batch;

  /** Threads of the session, the calling one included. */
  @Param({"1", "2"})
  public int threads;

  private ExecutorService executor;
  private NetworkRun run;
  private Cost cost;

  /** Compiles the network and compares its output with another implementation. */
  @Setup
  public void setUp() {
    executor = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    run = new NetworkRun(network, implementation, batch, threads, executor);
    run.check();
    cost = run.cost();
    System.out.println("# " + run.describe());
  }

  /** Ends the session's threads. */
  @TearDown
  public void tearDown() {
    executor.shutdown();
  }

  /** One batch. */
  @Benchmark
  public float[] run(Work work) {
    work.add(cost);
    return run.run();
  }
}
