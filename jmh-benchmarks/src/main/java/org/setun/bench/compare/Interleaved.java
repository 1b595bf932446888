// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Times contenders by turns: A B C, C B A, A B C, … Each turn lasts long enough for the clock's
 * resolution and short enough that a neighbour's load or a change of frequency meets all of a
 * round. What counts are the ratios within a round, see {@link #ratios}.
 */
public final class Interleaved {
  private static final long WARM_UP_MIN_NANOS = 1_000_000_000L;
  private static final long WARM_UP_MAX_NANOS = 20_000_000_000L;

  /** A contender is warm when for so long no turn was faster than the best by 2 %. */
  private static final long STEADY_NANOS = 700_000_000L;

  private final int rounds;
  private final long turnNanos;
  private final LongSupplier clock;

  /**
   * Prepares.
   *
   * @param rounds rounds, at least 1
   * @param turnMillis length of a turn in milliseconds
   * @param clock nanoseconds that a contender is charged for: {@link System#nanoTime}, or the
   *     calling thread's processor time
   */
  public Interleaved(int rounds, int turnMillis, LongSupplier clock) {
    if (rounds < 1 || turnMillis < 1) {
      throw new IllegalArgumentException(rounds + " rounds of " + turnMillis + " ms");
    }
    this.rounds = rounds;
    this.turnNanos = turnMillis * 1_000_000L;
    this.clock = clock;
  }

  /**
   * Warms all contenders up, then times them.
   *
   * @return nanoseconds for a unit of work, by contender and round
   */
  public double[][] measure(List<Contender> contenders) {
    for (Contender contender : contenders) {
      warmUp(contender);
    }
    double[][] nanos = new double[contenders.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        int turn = round % 2 == 0 ? i : contenders.size() - 1 - i;
        nanos[turn][round] = turn(contenders.get(turn), turnNanos);
      }
    }
    return nanos;
  }

  /**
   * Ratios of times within each round: how many times faster the second is.
   *
   * @param slow times of one contender
   * @param fast times of another
   */
  public static Interval ratios(double[] slow, double[] fast) {
    double[] ratios = new double[slow.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = slow[i] / fast[i];
    }
    return Interval.ofMedian(ratios);
  }

  private void warmUp(Contender contender) {
    long start = System.nanoTime();
    long improved = start;
    long now = start;
    double best = Double.MAX_VALUE;
    while (now - start < WARM_UP_MAX_NANOS
        && (now - start < WARM_UP_MIN_NANOS || now - improved < STEADY_NANOS)) {
      double nanos = turn(contender, STEADY_NANOS / 50);
      now = System.nanoTime();
      if (nanos < best * 0.98) {
        best = nanos;
        improved = now;
      }
    }
  }

  /** Repeats for the given time, at least once; returns nanoseconds for a unit. */
  private double turn(Contender contender, long nanos) {
    // Untimed: brings back into the caches what the other contenders have evicted.
    contender.body().run();
    long charged = clock.getAsLong();
    long start = System.nanoTime();
    long calls = 0;
    do {
      contender.body().run();
      calls++;
    } while (System.nanoTime() - start < nanos);
    return (double) (clock.getAsLong() - charged) / (calls * contender.units());
  }
}
