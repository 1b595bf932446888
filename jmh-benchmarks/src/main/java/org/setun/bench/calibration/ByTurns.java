// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.calibration;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times several works by turns, so that a machine that is slower for a while is so for all, and
 * keeps the best time of each.
 */
final class ByTurns {
  private static final int ROUNDS = 200;
  private static final int WARM_UP = 130;
  private static final long TURN_NANOS = 4_000_000;

  private final Map<String, Calibration.Work> works;

  ByTurns(Map<String, Calibration.Work> works) {
    this.works = works;
  }

  /** Nanoseconds of one run of each. */
  Map<String, Double> best() {
    Map<String, Double> best = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, Calibration.Work> work : works.entrySet()) {
        double nanos = turn(work.getValue());
        if (round >= WARM_UP) {
          best.merge(work.getKey(), nanos, Math::min);
        }
      }
    }
    return best;
  }

  private static double turn(Calibration.Work work) {
    long start = System.nanoTime();
    long runs = 0;
    long now = start;
    while (now - start < TURN_NANOS) {
      for (int i = 0; i < 10; i++) {
        work.run();
      }
      runs += 10;
      now = System.nanoTime();
    }
    return (double) (now - start) / runs;
  }
}
