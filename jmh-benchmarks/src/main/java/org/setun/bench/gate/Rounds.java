// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures rounds: both sides in fresh JVMs, warmed up side by side and then timed by turns, A B B
 * A A B …, of some 30 ms. A change of frequency and a neighbour's load meet both alike; what a JVM
 * keeps for its life, such as where its memory lies and how C2 arranged the code, is drawn anew in
 * each round.
 */
final class Rounds {
  /** Timed runs of the network in a turn, 6 ms each. */
  private static final int RUNS = 5;

  private static final int TURNS = 20;

  private final Build base;
  private final Build candidate;
  private final Path probeClasses;
  private final List<String> jvmArguments;
  private boolean candidateFirst;

  /**
   * Prepares.
   *
   * @param base what is compared with
   * @param candidate what is judged
   * @param probeClasses see {@link ProbeClasses}
   * @param jvmArguments further arguments of both sides' JVMs
   */
  Rounds(Build base, Build candidate, Path probeClasses, List<String> jvmArguments) {
    this.base = base;
    this.candidate = candidate;
    this.probeClasses = probeClasses;
    this.jvmArguments = jvmArguments;
  }

  /**
   * Measures the next round.
   *
   * @throws ProbeException if a JVM cannot be measured
   */
  Round next() {
    candidateFirst = !candidateFirst;
    try (ProbeProcess first = start(candidateFirst ? candidate : base);
        ProbeProcess second = start(candidateFirst ? base : candidate)) {
      first.answer();
      second.answer();
      first.send("warm");
      second.send("warm");
      boolean settled = first.answer().equals("settled") & second.answer().equals("settled");
      for (int turn = 0; turn < TURNS; turn++) {
        (turn % 2 == 0 ? first : second).ask("turn " + RUNS);
        (turn % 2 == 0 ? second : first).ask("turn " + RUNS);
      }
      ProbeProcess a = candidateFirst ? second : first;
      ProbeProcess b = candidateFirst ? first : second;
      return compare(
          PassTimes.parse(a.ask("times")),
          PassTimes.parse(b.ask("times")),
          Double.parseDouble(a.ask("clock")),
          Double.parseDouble(b.ask("clock")),
          Long.parseLong(b.ask("bytes")),
          settled);
    }
  }

  private ProbeProcess start(Build build) {
    return new ProbeProcess(build, probeClasses, jvmArguments);
  }

  private static Round compare(
      PassTimes base,
      PassTimes candidate,
      double baseClock,
      double candidateClock,
      long candidateBytes,
      boolean settled) {
    Map<String, Double> slowdown = new LinkedHashMap<>();
    Map<String, Double> control = new LinkedHashMap<>();
    Map<String, Double> nanos = new LinkedHashMap<>();
    for (String benchmark : PassTimes.benchmarks()) {
      double baseNanos = base.nanos(benchmark, run -> true);
      slowdown.put(benchmark, Math.log(candidate.nanos(benchmark, run -> true) / baseNanos));
      control.put(
          benchmark,
          Math.log(
              base.nanos(benchmark, run -> run / RUNS % 2 == 1)
                  / base.nanos(benchmark, run -> run / RUNS % 2 == 0)));
      nanos.put(benchmark, baseNanos);
    }
    return new Round(slowdown, control, nanos, baseClock, candidateClock, candidateBytes, settled);
  }
}
