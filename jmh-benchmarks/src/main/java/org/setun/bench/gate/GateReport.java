// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.setun.bench.gate.Gate.Outcome;
import org.setun.bench.gate.Gate.Result;
import org.setun.bench.gate.stats.Rule.Answer;
import org.setun.bench.gate.stats.Rule.Finding;

/** Prints what the gate found. */
final class GateReport {
  private final String base;
  private final String candidate;
  private final double threshold;

  GateReport(String base, String candidate, double threshold) {
    this.base = base;
    this.candidate = candidate;
    this.threshold = threshold;
  }

  /** One line for a round that has ended. */
  String progress(Result result) {
    Round round = result.rounds().getLast();
    return String.format(
        Locale.ROOT,
        "round %d, %d s: network %.0f µs, ratio %.3f; not slower %d, slower %d, open %d%s",
        result.rounds().size(),
        result.duration().toSeconds(),
        round.baseNanos().get(PassTimes.NETWORK) / 1e3,
        Math.exp(round.slowdown().get(PassTimes.NETWORK)),
        result.with(Answer.NOT_SLOWER).size(),
        result.with(Answer.SLOWER).size(),
        result.with(Answer.OPEN).size(),
        round.settled() ? "" : "; still compiling");
  }

  /** The table and the verdict, which is the last line. */
  void print(Result result, PrintWriter out) {
    out.printf("%-10s %10s %8s  %-15s  %s%n", "benchmark", "base µs", "ratio", "interval", "");
    result.findings().forEach((name, finding) -> out.println(row(name, finding, result)));
    out.println(clocks(result.rounds()));
    out.printf("allocated: %d bytes a run%n", result.bytes());
    for (String name : result.broken()) {
      out.printf(
          "%s: the base's odd turns differ from its even ones, the machine is too noisy for it%n",
          name);
    }
    out.println(verdict(result));
  }

  private static String row(String name, Finding finding, Result result) {
    double micros =
        result.rounds().stream()
            .mapToDouble(round -> round.baseNanos().get(name) / 1e3)
            .sorted()
            .skip(result.rounds().size() / 2)
            .findFirst()
            .orElseThrow();
    return String.format(
        Locale.ROOT,
        "%-10s %10.0f %8.3f  %-15s  %s",
        name,
        micros,
        Math.exp(finding.mean()),
        interval(finding),
        switch (finding.answer()) {
          case NOT_SLOWER -> "not slower";
          case SLOWER -> "slower";
          case OPEN -> "open";
        });
  }

  private static String interval(Finding finding) {
    return String.format(
        Locale.ROOT, "%.3f to %.3f", Math.exp(finding.low()), Math.exp(finding.high()));
  }

  /** The clocks of both sides: a base at another frequency would explain a difference. */
  private static String clocks(List<Round> rounds) {
    double base = rounds.stream().mapToDouble(Round::baseClock).average().orElseThrow();
    double candidate = rounds.stream().mapToDouble(Round::candidateClock).average().orElseThrow();
    double least = rounds.stream().mapToDouble(Round::baseClock).min().orElseThrow();
    double most = rounds.stream().mapToDouble(Round::baseClock).max().orElseThrow();
    return String.format(
        Locale.ROOT,
        "clock: base %.2f GHz, candidate %.2f GHz, varied by %.1f %% over the rounds",
        base,
        candidate,
        100 * (most / least - 1));
  }

  private String verdict(Result result) {
    String took =
        String.format(
            Locale.ROOT, "%d rounds, %d s", result.rounds().size(), result.duration().toSeconds());
    return switch (result.outcome()) {
      case NOT_SLOWER ->
          String.format(
              Locale.ROOT,
              "not slower: %s against %s, less than %.1f %% on every benchmark (%s)",
              candidate,
              base,
              100 * threshold,
              took);
      case SLOWER ->
          String.format(
              Locale.ROOT,
              "SLOWER: %s against %s: %s (%s)",
              candidate,
              base,
              String.join(", ", reasons(result)),
              took);
      case CANNOT_TELL ->
          String.format(
              Locale.ROOT,
              "cannot tell: %s against %s: %s open (%s); more --time may help",
              candidate,
              base,
              result.findings().isEmpty()
                  ? "everything is"
                  : String.join(", ", result.with(Answer.OPEN)),
              took);
    };
  }

  private static List<String> reasons(Result result) {
    List<String> reasons = new ArrayList<>();
    for (String name : result.with(Answer.SLOWER)) {
      Finding finding = result.findings().get(name);
      reasons.add(
          String.format(
              Locale.ROOT, "%s %.3f (%s)", name, Math.exp(finding.mean()), interval(finding)));
    }
    if (result.bytes() > 0) {
      reasons.add("allocates " + result.bytes() + " bytes a run, expected none");
    }
    return reasons;
  }

  /** One object on one line. */
  String json(Result result) {
    String benchmarks =
        result.findings().entrySet().stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "{\"name\":\"%s\",\"answer\":\"%s\",\"ratio\":%.5f,\"low\":%.5f,\"high\":%.5f}",
                        each.getKey(),
                        each.getValue().answer().name().toLowerCase(Locale.ROOT),
                        Math.exp(each.getValue().mean()),
                        Math.exp(each.getValue().low()),
                        Math.exp(each.getValue().high())))
            .collect(Collectors.joining(","));
    Outcome outcome = result.outcome();
    return String.format(
        Locale.ROOT,
        "{\"outcome\":\"%s\",\"threshold\":%s,\"rounds\":%d,\"seconds\":%.1f,\"bytes\":%d,\"benchmarks\":[%s]}",
        outcome.name().toLowerCase(Locale.ROOT),
        threshold,
        result.rounds().size(),
        result.duration().toMillis() / 1e3,
        result.bytes(),
        benchmarks);
  }
}
