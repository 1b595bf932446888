// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.machine;

import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.AuxCounters;
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

/**
 * Bandwidth of loads: reads memory from its start to its end with whole aligned vectors. The sizes
 * lie within the first-level cache, within the second, and far beyond the last.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LoadBenchmark {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int VECTOR = SPECIES.vectorByteSize();

  /** Bytes of the first-level cache's line and of the widest vector. */
  private static final int ALIGNMENT = 64;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Memory that is read, in units of 1024 bytes. */
  @Param({"16", "256", "262144"})
  public int kilobytes;

  private Arena arena;
  private MemorySegment memory;
  private long bytes;

  /** What JMH divides by the time of the iteration in milliseconds. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Bandwidth {
    /** Bytes loaded, in 1e9 a second. */
    public double gigabytesPerSecond;
  }

  /** Fills the memory and compares what is read with what was written. */
  @Setup
  public void setUp() {
    bytes = kilobytes * 1024L;
    arena = Arena.ofShared();
    memory = arena.allocate(bytes, ALIGNMENT);
    long expected = 0;
    for (long i = 0; i < bytes; i += Long.BYTES) {
      long word = (i + 1) * 0x9E3779B97F4A7C15L;
      memory.set(ValueLayout.JAVA_LONG, i, word);
      expected ^= word;
    }
    if (read(memory, bytes) != expected) {
      throw new IllegalStateException("read something else than was written");
    }
    System.out.println("# vectors of " + SPECIES.vectorBitSize() + " bits from aligned memory");
  }

  /** Frees the memory. */
  @TearDown
  public void tearDown() {
    arena.close();
  }

  /** Reads all. */
  @Benchmark
  public long read(Bandwidth bandwidth) {
    bandwidth.gigabytesPerSecond += bytes * 1e-6;
    return read(memory, bytes);
  }

  /** Four sums, so that none waits for another. */
  private static long read(MemorySegment memory, long bytes) {
    LongVector v0 = LongVector.zero(SPECIES);
    LongVector v1 = v0;
    LongVector v2 = v0;
    LongVector v3 = v0;
    for (long i = 0; i < bytes; i += 4 * VECTOR) {
      v0 = v0.lanewise(XOR, LongVector.fromMemorySegment(SPECIES, memory, i, ORDER));
      v1 = v1.lanewise(XOR, LongVector.fromMemorySegment(SPECIES, memory, i + VECTOR, ORDER));
      v2 = v2.lanewise(XOR, LongVector.fromMemorySegment(SPECIES, memory, i + 2 * VECTOR, ORDER));
      v3 = v3.lanewise(XOR, LongVector.fromMemorySegment(SPECIES, memory, i + 3 * VECTOR, ORDER));
    }
    return v0.lanewise(XOR, v1).lanewise(XOR, v2.lanewise(XOR, v3)).reduceLanes(XOR);
  }
}
