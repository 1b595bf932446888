// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.LongVector;
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
import org.setun.bench.workload.MemoryReader;

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
    memory = arena.allocate(bytes, MemoryReader.ALIGNMENT);
    long expected = 0;
    for (long i = 0; i < bytes; i += Long.BYTES) {
      long word = (i + 1) * 0x9E3779B97F4A7C15L;
      memory.set(ValueLayout.JAVA_LONG, i, word);
      expected ^= word;
    }
    if (MemoryReader.read(memory) != expected) {
      throw new IllegalStateException("read something else than was written");
    }
    System.out.println(
        "# vectors of "
            + LongVector.SPECIES_PREFERRED.vectorBitSize()
            + " bits from aligned memory");
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
    return MemoryReader.read(memory);
  }
}
