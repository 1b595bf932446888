// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.setun.bench.gate.Gate.Result;
import org.setun.bench.gate.stats.Rule;

/** The gate's loop and what it prints, on rounds of ten seconds that nobody measured. */
class GateTest {
  private static final List<String> BENCHMARKS = List.of("stem", "network");

  private Instant now = Instant.EPOCH;

  @Test
  void equalSpeedEndsAtTheFirstLook() {
    Result result = run(300, rounds(0, 0.001, 0.002, 0.001, 0, 0.001));
    assertEquals(0, result.outcome().exitCode());
    assertEquals(4, result.rounds().size());
    assertTrue(lastLine(result).startsWith("not slower: new against old, less than 5.0 %"));
  }

  @Test
  void slowDownIsNamedWithRatioAndInterval() {
    Result result = run(300, rounds(0, 0.08, 0.081, 0.079, 0.08));
    assertEquals(1, result.outcome().exitCode());
    String line = lastLine(result);
    assertTrue(
        line.matches("SLOWER: new against old: network 1\\.083 \\(1\\.0.. to 1\\.0..\\) .*"), line);
  }

  @Test
  void noiseEndsWithTheTime() {
    Result result = run(65, rounds(0, 0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1, -0.1));
    assertEquals(2, result.outcome().exitCode());
    assertEquals(6, result.rounds().size()); // a seventh would end after 70 s
    assertTrue(lastLine(result).startsWith("cannot tell: new against old: network open"));
  }

  @Test
  void oneRoundIsTooFewForAnything() {
    Result result = run(5, rounds(0, 0.5));
    assertEquals(2, result.outcome().exitCode());
    assertTrue(lastLine(result).contains("everything is open"));
  }

  @Test
  void baseThatDiffersFromItselfRaisesNoAlarm() {
    Result result = run(45, rounds(0.04, 0.08, 0.081, 0.079, 0.08));
    assertEquals(2, result.outcome().exitCode());
    assertEquals(List.of("network"), result.broken());
  }

  @Test
  void allocationIsAnAlarm() {
    List<Round> rounds = new ArrayList<>();
    for (Round round : rounds(0, 0, 0)) {
      rounds.add(
          new Round(round.slowdown(), round.control(), round.baseNanos(), 3.7, 3.7, 48, true));
    }
    Result result = run(300, rounds);
    assertEquals(1, result.outcome().exitCode());
    assertTrue(lastLine(result).contains("allocates 48 bytes a run"));
  }

  @Test
  void jsonHasTheSame() {
    String json = report().json(run(300, rounds(0, 0.08, 0.08, 0.08, 0.08)));
    assertTrue(json.startsWith("{\"outcome\":\"slower\",\"threshold\":0.05,\"rounds\":4,"), json);
    assertTrue(
        json.contains("{\"name\":\"network\",\"answer\":\"slower\",\"ratio\":1.08329,"), json);
  }

  private Result run(int seconds, List<Round> rounds) {
    Iterator<Round> next = rounds.iterator();
    Gate gate = new Gate(BENCHMARKS, new Rule(0.05, 2, 4), Duration.ofSeconds(seconds), () -> now);
    return gate.run(
        () -> {
          now = now.plusSeconds(10);
          return next.next();
        },
        result -> assertTrue(report().progress(result).startsWith("round ")));
  }

  private static GateReport report() {
    return new GateReport("old", "new", 0.05);
  }

  private static String lastLine(Result result) {
    StringWriter text = new StringWriter();
    report().print(result, new PrintWriter(text, true));
    return text.toString().lines().toList().getLast();
  }

  /** Rounds in which the stem is as fast as before and the network slower by the given effects. */
  private static List<Round> rounds(double control, double... effects) {
    return DoubleStream.of(effects)
        .mapToObj(
            effect ->
                new Round(
                    Map.of("stem", effect / 1000, "network", effect),
                    Map.of("stem", effect / 1000, "network", control + effect / 1000),
                    Map.of("stem", 2e6, "network", 6e6),
                    3.7,
                    3.7,
                    0,
                    true))
        .toList();
  }
}
