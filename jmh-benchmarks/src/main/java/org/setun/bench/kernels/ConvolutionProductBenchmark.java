// SPDX-License-Identifier: Apache-2.0
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
import org.setun.kernels.ConvolutionProduct;
import org.setun.kernels.ConvolutionSession;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.TernaryMap;
import org.setun.kernels.TernaryRows;
import org.setun.kernels.Window;

/** 3×3 convolutions by the public API, from a packed map to scaled numbers, and im2col alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ConvolutionProductBenchmark {
  private static final Window WINDOW = Window.square(3, 1, 1);

  /** Channels and size of the map. */
  @Param({"64@56", "512@7"})
  public String shape;

  private TernaryMap map;
  private TernaryRows rows;
  private ConvolutionSession session;
  private float[] ones;
  private float[] y;
  private Cost cost;

  /** Packs random operands, and checks one result. */
  @Setup
  public void setUp() {
    int channels = Integer.parseInt(shape.split("@")[0]);
    int size = Integer.parseInt(shape.split("@")[1]);
    Shape in = new Shape(channels, size, size);
    TernaryKernel kernel = new RandomParameters(1958).kernel(channels, channels, 3);
    SplittableRandom random = new SplittableRandom(1958);
    byte[] trits = new byte[in.size()];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    map = new TernaryMap(in);
    map.set(trits, 0);
    ConvolutionProduct convolution = ConvolutionProduct.of(kernel, WINDOW, 1, in);
    session = convolution.session();
    rows = convolution.product().rows(in.pixels());
    ones = new float[channels];
    Arrays.fill(ones, 1);
    y = new float[in.size()];
    session.multiply(map, ones, ones, y, 0, channels);
    int expected = 1;
    for (int c = 0; c < channels; c++) {
      for (int tap = 0; tap < 9; tap++) {
        int trit = map.get(2 + tap / 3, 2 + tap % 3, c);
        expected += trit * kernel.trit(channels - 1, c, tap / 3, tap % 3);
      }
    }
    float actual = y[(3 * size + 3) * channels + channels - 1];
    if (actual != expected) {
      throw new IllegalStateException(actual + " where " + expected + " is right");
    }
    cost = Cost.ofMacs(1, 9.0 * in.size() * channels);
    System.out.println("# " + convolution);
  }

  /** The convolution. */
  @Benchmark
  public float[] convolve(Work work) {
    work.add(cost);
    session.multiply(map, ones, ones, y, 0, ones.length);
    return y;
  }

  /** Its im2col. */
  @Benchmark
  public TernaryRows im2col(Work work) {
    work.add(cost);
    map.im2col(WINDOW, rows);
    return rows;
  }
}
