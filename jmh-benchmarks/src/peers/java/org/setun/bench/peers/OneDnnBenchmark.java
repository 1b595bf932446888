// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

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
import org.setun.bench.workload.Work;

/** oneDNN's int8 convolutions and matrix-vector product on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class OneDnnBenchmark {
  /** Instruction set; on a machine without AMX both run VNNI, as the printed name shows. */
  @Param({"VNNI", "BEST"})
  public OneDnn.Isa isa;

  /** A 3×3 layer, a matrix and vector of 4096, or rows × outputs × columns. */
  @Param({"64@56", "128@28", "256@14", "512@7", "matrix-vector", "16x4096x4096"})
  public String shape;

  private OneDnn primitive;
  private Cost cost;

  /** Makes the primitive and checks its result. */
  @Setup
  public void setUp() {
    primitive = PeerModels.oneDnn(isa, shape);
    cost = Cost.ofMacs(1, PeerModels.macs(shape));
    System.out.println("# " + primitive.describe());
  }

  /** One run. */
  @Benchmark
  public void run(Work work) {
    work.add(cost);
    primitive.run();
  }
}
