package org.setun.bench.kernels;

import java.util.Arrays;
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
import org.setun.bench.workload.RandomParameters;
import org.setun.bench.workload.Work;
import org.setun.kernels.ClockProbe;
import org.setun.kernels.Int8Product;
import org.setun.kernels.Int8Session;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.TernaryMatrix;

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

  private byte[] x;
  private int rows;
  private int outputs;
  private int columns;
  private int[] y;
  private Int8Session session;
  private Cost cost;

  /** Packs random operands, and checks the product against one computed trit by trit. */
  @Setup
  public void setUp() {
    int[] parts = Arrays.stream(extents.split("x")).mapToInt(Integer::parseInt).toArray();
    rows = parts[0];
    outputs = parts[1];
    columns = parts[2];
    TernaryKernel weights = new RandomParameters(1958).kernel(outputs, columns, 1);
    SplittableRandom random = new SplittableRandom(1958);
    x = new byte[rows * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          (byte)
              (activations.equals("bell")
                  ? Math.clamp(Math.round(30 * random.nextGaussian()), -127, 127)
                  : random.nextInt(256));
    }
    Int8Product product = Int8Product.of(TernaryMatrix.of(weights));
    session = product.session();
    y = new int[rows * outputs];
    double macs = (double) rows * outputs * columns;
    double bytes = product.byteSize() + x.length + (double) Integer.BYTES * y.length;
    cost = new Cost(1, macs, 0, bytes, 0);
    check(weights);
    System.out.printf("# %s, clock %.2f GHz%n", product, ClockProbe.gigahertz());
  }

  private void check(TernaryKernel weights) {
    session.multiply(x, 0, columns, rows, y, 0, outputs);
    int r = rows - 1;
    for (int o = 0; o < outputs; o++) {
      int expected = 0;
      for (int c = 0; c < columns; c++) {
        expected += x[r * columns + c] * weights.trit(o, c, 0, 0);
      }
      if (y[r * outputs + o] != expected) {
        throw new IllegalStateException(
            "%d in row %d, output %d, where %d is right"
                .formatted(y[r * outputs + o], r, o, expected));
      }
    }
  }

  /** Exact integers. */
  @Benchmark
  public int[] multiply(Work work) {
    work.add(cost);
    session.multiply(x, 0, columns, rows, y, 0, outputs);
    return y;
  }
}
