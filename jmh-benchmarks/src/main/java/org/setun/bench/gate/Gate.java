// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.setun.bench.gate.stats.Rule;
import org.setun.bench.gate.stats.Rule.Answer;
import org.setun.bench.gate.stats.Rule.Finding;

/** Measures round after round until it can tell, or has no time left for another round. */
final class Gate {
  private final List<String> benchmarks;
  private final Rule rule;
  private final Duration limit;
  private final InstantSource clock;

  /**
   * Prepares.
   *
   * @param benchmarks those that may raise an alarm
   * @param rule what counts as slower
   * @param limit how long it may take; a round that would not end within it is not begun
   * @param clock the time
   */
  Gate(List<String> benchmarks, Rule rule, Duration limit, InstantSource clock) {
    this.benchmarks = benchmarks;
    this.rule = rule;
    this.limit = limit;
    this.clock = clock;
  }

  /** How a comparison ended; its exit code is the one of the command. */
  enum Outcome {
    NOT_SLOWER(0),
    SLOWER(1),
    CANNOT_TELL(2);

    private final int exitCode;

    Outcome(int exitCode) {
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }

  /**
   * What was found.
   *
   * @param outcome how it ended
   * @param findings by benchmark; none after fewer than two rounds
   * @param rounds all rounds
   * @param bytes that a run of the candidate allocated in every round; expected are none
   * @param broken benchmarks in which the base differed from itself
   * @param duration how long it took
   */
  record Result(
      Outcome outcome,
      Map<String, Finding> findings,
      List<Round> rounds,
      long bytes,
      List<String> broken,
      Duration duration) {

    /** The benchmarks with an answer. */
    List<String> with(Answer answer) {
      return findings.keySet().stream()
          .filter(name -> findings.get(name).answer() == answer)
          .toList();
    }
  }

  /**
   * Compares.
   *
   * @param source measures a round
   * @param progress told of every round with its result so far
   */
  Result run(Supplier<Round> source, Consumer<Result> progress) {
    var start = clock.instant();
    List<Round> rounds = new ArrayList<>();
    Map<String, Finding> findings = new LinkedHashMap<>();
    Result result;
    Duration longest = Duration.ZERO;
    Duration before = Duration.ZERO;
    do {
      rounds.add(source.get());
      look(rounds, findings);
      Duration now = Duration.between(start, clock.instant());
      result = judge(rounds, findings, now);
      progress.accept(result);
      Duration round = now.minus(before);
      longest = round.compareTo(longest) > 0 ? round : longest;
      before = now;
    } while (result.outcome() == Outcome.CANNOT_TELL && before.plus(longest).compareTo(limit) <= 0);
    return result;
  }

  /** Looks at all benchmarks that are still open: an answer, once given, stands. */
  private void look(List<Round> rounds, Map<String, Finding> findings) {
    if (rounds.size() < 2) {
      return;
    }
    for (String benchmark : benchmarks) {
      Finding last = findings.get(benchmark);
      if (last == null || last.answer() != Answer.NOT_SLOWER) {
        findings.put(benchmark, rule.look(column(rounds, benchmark, Round::slowdown)));
      }
    }
  }

  private Result judge(List<Round> rounds, Map<String, Finding> findings, Duration duration) {
    List<String> broken = List.of();
    if (rounds.size() >= 2) {
      broken =
          benchmarks.stream()
              .filter(name -> rule.isBroken(column(rounds, name, Round::control)))
              .toList();
    }
    long bytes = rounds.stream().mapToLong(Round::candidateBytes).min().orElseThrow();
    boolean slower = bytes > 0 && rounds.size() >= 2;
    boolean open = findings.isEmpty();
    for (Map.Entry<String, Finding> each : findings.entrySet()) {
      slower |= each.getValue().answer() == Answer.SLOWER && !broken.contains(each.getKey());
      open |= each.getValue().answer() != Answer.NOT_SLOWER;
    }
    Outcome outcome = slower ? Outcome.SLOWER : open ? Outcome.CANNOT_TELL : Outcome.NOT_SLOWER;
    return new Result(
        outcome, new LinkedHashMap<>(findings), List.copyOf(rounds), bytes, broken, duration);
  }

  private static double[] column(
      List<Round> rounds, String benchmark, Function<Round, Map<String, Double>> part) {
    return rounds.stream().mapToDouble(round -> part.apply(round).get(benchmark)).toArray();
  }
}
