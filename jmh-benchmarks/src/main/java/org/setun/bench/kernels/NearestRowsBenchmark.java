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
import org.setun.bench.workload.Work;
import org.setun.kernels.BinaryProduct;
import org.setun.kernels.NearestRows;

/**
 * The ten codes of 1,024 bits that are nearest to a query, by Hamming distance; beside it the bare
 * sum of the same words, which says how fast this core reads memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class NearestRowsBenchmark {
  private static final int BITS = 1024;

  /** Codes. */
  @Param({"10000", "1000000"})
  public int codes;

  private long[] words;
  private long[] query;
  private NearestRows nearest;
  private Cost cost;

  /** Makes random codes, one of which is the query, and checks that it is found. */
  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1958);
    words = random.longs((long) codes * BITS / Long.SIZE).toArray();
    query = new long[BITS / Long.SIZE];
    int wanted = codes / 3;
    System.arraycopy(words, wanted * query.length, query, 0, query.length);
    BinaryProduct product = BinaryProduct.ofBits(words, codes, BITS);
    nearest = product.nearest(10);
    nearest.find(query, 0);
    if (nearest.row(0) != wanted || nearest.distance(0) != 0) {
      throw new IllegalStateException("row " + nearest.row(0) + " was found for " + wanted);
    }
    cost = new Cost(1, (double) codes * BITS, 0, product.byteSize(), 0);
  }

  /** A search. */
  @Benchmark
  public NearestRows find(Work work) {
    work.add(cost);
    nearest.find(query, 0);
    return nearest;
  }

  /** What C2 makes of a sum of all words. */
  @Benchmark
  public long read(Work work) {
    work.add(cost);
    long sum = 0;
    for (long word : words) {
      sum += word;
    }
    return sum;
  }
}
