// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.controls;

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

/**
 * A chain of dependent exclusive ors and additions, a cycle each: twice the length must take twice
 * the time. Neither operation distributes over the other, so C2 cannot shorten the chain, as it did
 * with one of multiply-adds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class LinearBenchmark {
  /** Pairs of operations. */
  @Param({"1000", "2000", "4000", "8000", "16000"})
  public int length;

  private final long mask = System.nanoTime() | 1;
  private long start;

  /** Compares a short chain with one computed by hand, and a long one with its two halves. */
  @Setup
  public void setUp() {
    start = System.nanoTime();
    long two = (((start ^ mask) + mask) ^ mask) + mask;
    long half = chain(start, mask, length / 2);
    if (chain(start, mask, 2) != two
        || chain(half, mask, length / 2) != chain(start, mask, length)) {
      throw new IllegalStateException("the chain computes something else");
    }
    System.out.println("# scalar operations, one after the other: " + 2 * length);
  }

  /** The chain. */
  @Benchmark
  public long chain() {
    start = chain(start, mask, length);
    return start;
  }

  private static long chain(long x, long mask, int pairs) {
    for (int i = 0; i < pairs; i++) {
      x = (x ^ mask) + mask;
    }
    return x;
  }
}
