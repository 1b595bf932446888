// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

/**
 * Estimates the clock of the core from a chain of dependent additions and exclusive ors, each of
 * which takes one cycle on every x86 and ARM core of the last decade. Java does not tell the clock,
 * which {@code StepInfo.boundMacsPerCycle} needs to become a time. It uses no class of Setun's, so
 * that benchmarks can measure other builds with it.
 */
public final class ClockProbe {
  private static final int PAIRS_PER_STEP = 16;
  private static final int STEPS = 20_000;
  private static final int ROUNDS = 60;

  private ClockProbe() {}

  /**
   * Measures for some 20 ms and takes the fastest round: interrupts and neighbours only slow a
   * chain down.
   *
   * @return cycles per nanosecond
   */
  public static double gigahertz() {
    double best = 0;
    long sink = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      sink = chain(sink, start | 1, start ^ sink);
      long nanos = System.nanoTime() - start;
      best = Math.max(best, 2.0 * PAIRS_PER_STEP * STEPS / nanos);
    }
    // Uses the chain's end, or the compiler could drop the chain.
    return sink == 42 ? best + 1e-12 : best;
  }

  /** Neither operation distributes over the other, so the compiler cannot shorten the chain. */
  private static long chain(long x, long a, long b) {
    for (int i = 0; i < STEPS; i++) {
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
      x = (x ^ a) + b;
    }
    return x;
  }
}
