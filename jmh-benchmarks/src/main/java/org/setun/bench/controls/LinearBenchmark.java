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
 * A chain of dependent multiply-adds modulo 2⁶⁴: its time is its length times the latency of a
 * multiplication and an addition, four cycles on current processors. Twice the length must take
 * twice the time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class LinearBenchmark {
  private static final long FACTOR = 6364136223846793005L;
  private static final long SUMMAND = 1442695040888963407L;

  /** Multiply-adds. */
  @Param({"1000", "2000", "4000", "8000", "16000"})
  public int length;

  private long start;

  /** Compares the chain with its closed form. */
  @Setup
  public void setUp() {
    start = System.nanoTime();
    // After n steps x = f^n x0 + s (f^(n-1) + ... + 1); in pairs: the same chain, half as long.
    long factor = FACTOR * FACTOR;
    long summand = SUMMAND * (FACTOR + 1);
    if (chain(start, FACTOR, SUMMAND, length) != chain(start, factor, summand, length / 2)) {
      throw new IllegalStateException("the chain computes something else");
    }
    System.out.println("# scalar multiply-adds, one after the other: " + length);
  }

  /** The chain. */
  @Benchmark
  public long chain() {
    start = chain(start, FACTOR, SUMMAND, length);
    return start;
  }

  private static long chain(long x, long factor, long summand, int steps) {
    for (int i = 0; i < steps; i++) {
      x = x * factor + summand;
    }
    return x;
  }
}
