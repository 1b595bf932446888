// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.kernels;

import java.util.Arrays;
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
import org.setun.bench.workload.RandomParameters;
import org.setun.bench.workload.Work;
import org.setun.cli.ClockProbe;
import org.setun.kernels.ProductSession;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.TernaryMatrix;
import org.setun.kernels.TernaryProduct;
import org.setun.kernels.TernaryRows;

/**
 * Products by the public API, operands packed: a vector, and two layers of ResNet-18 as matrices.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {
  /** Rows of activations × outputs × columns. */
  @Param({"1x4096x4096", "3136x64x576", "49x512x4608"})
  public String extents;

  private TernaryRows x;
  private ProductSession session;
  private int rows;
  private int outputs;
  private int[] integers;
  private float[] floats;
  private float[] ones;
  private Cost cost;

  /** Packs random operands, and checks the product against one computed trit by trit. */
  @Setup
  public void setUp() {
    int[] parts = Arrays.stream(extents.split("x")).mapToInt(Integer::parseInt).toArray();
    rows = parts[0];
    outputs = parts[1];
    int columns = parts[2];
    RandomParameters random = new RandomParameters(1958);
    TernaryKernel weights = random.kernel(outputs, columns, 1);
    TernaryKernel activations = random.kernel(rows, columns, 1);
    TernaryProduct product = TernaryProduct.of(TernaryMatrix.of(weights), rows);
    x = product.rows(rows);
    long[] nonzero = activations.nonzeroPlane();
    long[] sign = activations.signPlane();
    for (int r = 0; r < rows; r++) {
      x.set(r, nonzero, sign, r * activations.wordsPerOutput());
    }
    session = product.session();
    integers = new int[rows * outputs];
    floats = new float[rows * outputs];
    ones = new float[outputs];
    Arrays.fill(ones, 1);
    double macs = (double) rows * outputs * columns;
    double bytes = product.byteSize() + x.byteSize() + (double) Integer.BYTES * integers.length;
    cost = new Cost(1, macs, 0, bytes, macs * Cost.popcountsPerMac(product.kernel()));
    check(activations, weights);
    System.out.printf("# %s, clock %.2f GHz%n", product, ClockProbe.gigahertz());
  }

  private void check(TernaryKernel activations, TernaryKernel weights) {
    session.multiply(x, rows, integers, 0, outputs);
    int r = rows - 1;
    for (int o = 0; o < outputs; o++) {
      int expected = 0;
      for (int c = 0; c < weights.inputChannels(); c++) {
        expected += activations.trit(r, c, 0, 0) * weights.trit(o, c, 0, 0);
      }
      if (integers[r * outputs + o] != expected) {
        throw new IllegalStateException(
            "%d in row %d, output %d, where %d is right"
                .formatted(integers[r * outputs + o], r, o, expected));
      }
    }
  }

  /** Exact integers. */
  @Benchmark
  public int[] integers(Work work) {
    work.add(cost);
    session.multiply(x, rows, integers, 0, outputs);
    return integers;
  }

  /** Scaled and shifted to fp32. */
  @Benchmark
  public float[] scaled(Work work) {
    work.add(cost);
    session.multiply(x, rows, ones, ones, floats, 0, outputs);
    return floats;
  }
}
