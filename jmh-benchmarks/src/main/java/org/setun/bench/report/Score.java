// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.setun.bench.compare.Interval;

/**
 * One result of JMH.
 *
 * @param group the benchmark's package below {@code org.setun.bench}
 * @param benchmark its class
 * @param method its method
 * @param parameters its parameters
 * @param runsPerMilli median over all iterations of all forks, with its interval
 * @param perRun secondary figures, each divided by the runs: JMH's counters without the time
 * @param allocated bytes that a run allocates; NaN if not measured
 */
record Score(
    String group,
    String benchmark,
    String method,
    Map<String, String> parameters,
    Interval runsPerMilli,
    Map<String, Double> perRun,
    double allocated) {

  /** More bytes a run than JMH's share of a run of 50 ms. */
  private static final double INTERPRETED = 100_000;

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /**
   * Reads an element of JMH's JSON.
   *
   * @throws IllegalArgumentException if something is missing
   */
  static Score of(JsonNode json) {
    String[] name = json.required("benchmark").asText().split("\\.");
    if (name.length < 3) {
      throw new IllegalArgumentException("no benchmark's name: " + json.get("benchmark"));
    }
    JsonNode primary = json.required("primaryMetric");
    if (!primary.required("scoreUnit").asText().equals("ops/ms")) {
      throw new IllegalArgumentException(
          json.get("benchmark") + " is measured in " + primary.get("scoreUnit"));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    json.path("params")
        .properties()
        .forEach(p -> parameters.put(p.getKey(), p.getValue().asText()));
    Map<String, Double> perRun = new LinkedHashMap<>();
    double allocated = Double.NaN;
    for (var metric : json.path("secondaryMetrics").properties()) {
      double score = metric.getValue().required("score").asDouble(Double.NaN);
      if (metric.getKey().equals(ALLOCATED)) {
        allocated = score;
      } else if (!metric.getKey().startsWith("gc.")) {
        perRun.put(metric.getKey(), score / primary.required("score").asDouble());
      }
    }
    return new Score(
        name[name.length - 3],
        name[name.length - 2],
        name[name.length - 1],
        parameters,
        Interval.ofMedian(samples(primary.required("rawData"))),
        perRun,
        allocated);
  }

  private static double[] samples(JsonNode forks) {
    List<Double> samples = new ArrayList<>();
    forks.forEach(fork -> fork.forEach(sample -> samples.add(sample.asDouble())));
    return samples.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Whether it was measured before C2 had compiled it. Compiled kernels allocate nothing, vectors
   * that are interpreted are objects; JMH itself adds some bytes. To load a model takes memory, and
   * of peers nothing is known.
   */
  boolean isInterpreted() {
    return allocated > INTERPRETED && !group.equals("loading") && !group.equals("peers");
  }

  /** Microseconds a run. */
  Interval micros() {
    return new Interval(
        1e3 / runsPerMilli.high(), 1e3 / runsPerMilli.median(), 1e3 / runsPerMilli.low());
  }

  /** A counter over time; all 0 if it was not counted. */
  Interval rate(String counter) {
    double each = perRun.getOrDefault(counter, 0.0);
    return new Interval(
        runsPerMilli.low() * each, runsPerMilli.median() * each, runsPerMilli.high() * each);
  }

  /** A parameter's value; empty if there is none. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** Method and parameters. */
  String label() {
    return (method + " " + String.join(" ", parameters.values())).strip();
  }
}
