// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.kernels;

import java.util.SplittableRandom;
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
import org.setun.bench.workload.RandomParameters;
import org.setun.bench.workload.Work;
import org.setun.kernels.FloatProduct;
import org.setun.kernels.FloatSession;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.TernaryMatrix;

/** Ternary weights times fp32 numbers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class FloatProductBenchmark {
  /** Rows of activations × outputs × columns. */
  @Param({"1x4096x4096", "16x4096x4096"})
  public String extents;

  private float[] x;
  private float[] y;
  private int rows;
  private int outputs;
  private int columns;
  private FloatSession session;
  private Cost cost;

  /** Packs random operands, and compares the last result with a sum in fp64. */
  @Setup
  public void setUp() {
    int[] parts = Int8Work.extents(extents);
    rows = parts[0];
    outputs = parts[1];
    columns = parts[2];
    TernaryKernel weights = new RandomParameters(1958).kernel(outputs, columns, 1);
    SplittableRandom random = new SplittableRandom(1958);
    x = new float[rows * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    FloatProduct product = FloatProduct.of(TernaryMatrix.of(weights));
    session = product.session();
    y = new float[rows * outputs];
    session.multiply(x, 0, columns, rows, y, 0, outputs);
    double exact = 0;
    for (int c = 0; c < columns; c++) {
      exact += x[(rows - 1) * columns + c] * (double) weights.trit(outputs - 1, c, 0, 0);
    }
    if (!(Math.abs(exact - y[y.length - 1]) < 1e-3)) {
      throw new IllegalStateException(y[y.length - 1] + " where " + exact + " is right");
    }
    double macs = (double) rows * outputs * columns;
    cost = new Cost(1, macs, 0, product.byteSize() + 4.0 * (x.length + y.length), 0);
  }

  /** Sums. */
  @Benchmark
  public float[] multiply(Work work) {
    work.add(cost);
    session.multiply(x, 0, columns, rows, y, 0, outputs);
    return y;
  }
}
