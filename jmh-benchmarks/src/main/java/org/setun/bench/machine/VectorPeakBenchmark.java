// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.machine;

import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many 64-bit words a second go through a vector operation, from register to register: eight
 * independent chains, which is as many as two ports of a latency of four cycles can take. Written
 * flat, because C2 stops inlining calls that pass vectors.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class VectorPeakBenchmark {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int CHAINS = 8;
  private static final int STEPS = 4096;
  private static final double WORDS = (double) STEPS * CHAINS * LANES;

  private final long[] seed = new long[CHAINS * LANES];
  private final long mask = System.nanoTime() | 1;

  /** What JMH divides by the time of the iteration in milliseconds. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Throughput {
    /** 64-bit words through the operation, in 1e9 a second. */
    public double gigawordsPerSecond;
  }

  /** Checks every chain against the same operations on single words. */
  @Setup
  public void setUp() {
    for (int i = 0; i < seed.length; i++) {
      seed[i] = 0x9E3779B97F4A7C15L * (i + 1);
    }
    check("popcount", popcount(2), x -> Long.bitCount(Long.bitCount(x)));
    check("logic", logic(1), x -> (x ^ mask) & ~x);
    check("add", add(3), x -> x + 3 * mask);
    System.out.println("# vectors of " + SPECIES.vectorBitSize() + " bits");
  }

  private void check(String operation, long actual, LongUnaryOperator expected) {
    long sum = 0;
    for (long word : seed) {
      sum ^= expected.applyAsLong(word);
    }
    if (actual != sum) {
      throw new IllegalStateException(operation + ": " + actual + " where " + sum + " is right");
    }
  }

  /** Counts the bits of each word. */
  @Benchmark
  public long popcount(Throughput throughput) {
    throughput.gigawordsPerSecond += WORDS * 1e-6;
    return popcount(STEPS);
  }

  /** A logic function of three words, which AVX-512 has as one instruction (vpternlog). */
  @Benchmark
  public long logic(Throughput throughput) {
    throughput.gigawordsPerSecond += WORDS * 1e-6;
    return logic(STEPS);
  }

  /** Adds: an operation that nothing can be merged with, so it counts the ports. */
  @Benchmark
  public long add(Throughput throughput) {
    throughput.gigawordsPerSecond += WORDS * 1e-6;
    return add(STEPS);
  }

  private long popcount(int steps) {
    LongVector v0 = LongVector.fromArray(SPECIES, seed, 0 * LANES);
    LongVector v1 = LongVector.fromArray(SPECIES, seed, 1 * LANES);
    LongVector v2 = LongVector.fromArray(SPECIES, seed, 2 * LANES);
    LongVector v3 = LongVector.fromArray(SPECIES, seed, 3 * LANES);
    LongVector v4 = LongVector.fromArray(SPECIES, seed, 4 * LANES);
    LongVector v5 = LongVector.fromArray(SPECIES, seed, 5 * LANES);
    LongVector v6 = LongVector.fromArray(SPECIES, seed, 6 * LANES);
    LongVector v7 = LongVector.fromArray(SPECIES, seed, 7 * LANES);
    for (int i = 0; i < steps; i++) {
      v0 = v0.lanewise(BIT_COUNT);
      v1 = v1.lanewise(BIT_COUNT);
      v2 = v2.lanewise(BIT_COUNT);
      v3 = v3.lanewise(BIT_COUNT);
      v4 = v4.lanewise(BIT_COUNT);
      v5 = v5.lanewise(BIT_COUNT);
      v6 = v6.lanewise(BIT_COUNT);
      v7 = v7.lanewise(BIT_COUNT);
    }
    return xor(v0, v1, v2, v3) ^ xor(v4, v5, v6, v7);
  }

  private long logic(int steps) {
    LongVector m = LongVector.broadcast(SPECIES, mask);
    LongVector v0 = LongVector.fromArray(SPECIES, seed, 0 * LANES);
    LongVector v1 = LongVector.fromArray(SPECIES, seed, 1 * LANES);
    LongVector v2 = LongVector.fromArray(SPECIES, seed, 2 * LANES);
    LongVector v3 = LongVector.fromArray(SPECIES, seed, 3 * LANES);
    LongVector v4 = LongVector.fromArray(SPECIES, seed, 4 * LANES);
    LongVector v5 = LongVector.fromArray(SPECIES, seed, 5 * LANES);
    LongVector v6 = LongVector.fromArray(SPECIES, seed, 6 * LANES);
    LongVector v7 = LongVector.fromArray(SPECIES, seed, 7 * LANES);
    for (int i = 0; i < steps; i++) {
      v0 = v0.not().and(v0.lanewise(XOR, m));
      v1 = v1.not().and(v1.lanewise(XOR, m));
      v2 = v2.not().and(v2.lanewise(XOR, m));
      v3 = v3.not().and(v3.lanewise(XOR, m));
      v4 = v4.not().and(v4.lanewise(XOR, m));
      v5 = v5.not().and(v5.lanewise(XOR, m));
      v6 = v6.not().and(v6.lanewise(XOR, m));
      v7 = v7.not().and(v7.lanewise(XOR, m));
    }
    return xor(v0, v1, v2, v3) ^ xor(v4, v5, v6, v7);
  }

  private long add(int steps) {
    LongVector m = LongVector.broadcast(SPECIES, mask);
    LongVector v0 = LongVector.fromArray(SPECIES, seed, 0 * LANES);
    LongVector v1 = LongVector.fromArray(SPECIES, seed, 1 * LANES);
    LongVector v2 = LongVector.fromArray(SPECIES, seed, 2 * LANES);
    LongVector v3 = LongVector.fromArray(SPECIES, seed, 3 * LANES);
    LongVector v4 = LongVector.fromArray(SPECIES, seed, 4 * LANES);
    LongVector v5 = LongVector.fromArray(SPECIES, seed, 5 * LANES);
    LongVector v6 = LongVector.fromArray(SPECIES, seed, 6 * LANES);
    LongVector v7 = LongVector.fromArray(SPECIES, seed, 7 * LANES);
    for (int i = 0; i < steps; i++) {
      v0 = v0.add(m);
      v1 = v1.add(m);
      v2 = v2.add(m);
      v3 = v3.add(m);
      v4 = v4.add(m);
      v5 = v5.add(m);
      v6 = v6.add(m);
      v7 = v7.add(m);
    }
    return xor(v0, v1, v2, v3) ^ xor(v4, v5, v6, v7);
  }

  /** Outside the loops, where a call costs little. */
  private static long xor(LongVector a, LongVector b, LongVector c, LongVector d) {
    return a.lanewise(XOR, b).lanewise(XOR, c.lanewise(XOR, d)).reduceLanes(XOR);
  }
}
