// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import ai.onnxruntime.OrtException;
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
import org.setun.bench.workload.Work;

/**
 * ONNX Runtime on plain fp32 and int8 networks of the same shapes. A model of layers is a chain,
 * see {@link PeerModels#depth}: as many units a run.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class OrtBenchmark {
  /** The network. */
  @Param({"resnet18", "stem", "64@56", "128@28", "256@14", "512@7"})
  public String network;

  /** fp32 or int8. */
  @Param({"fp32", "int8"})
  public String type;

  /** Intra-op threads. */
  @Param({"1", "2"})
  public int threads;

  private OrtModel model;
  private Cost cost;

  /** Generates the model and checks its output. */
  @Setup
  public void setUp() throws OrtException {
    model = PeerModels.ort(network, type, threads);
    cost = PeerModels.ortCost(network);
    System.out.println("# " + model.describe());
  }

  /** Frees native memory. */
  @TearDown
  public void tearDown() throws OrtException {
    model.close();
  }

  /** One run. */
  @Benchmark
  public void run(Work work) {
    work.add(cost);
    model.run();
  }
}
