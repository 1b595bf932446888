// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.setun.bench.compare.Interval;

/** How cost grows with the work, and whether time can be believed to. */
final class ScalingCharts {
  private ScalingCharts() {}

  static Chart product(Results results) {
    return curves(
        "scaling",
        "How cost grows",
        "Time of a ternary matrix product of M pixels, N output channels and K inputs, around 196 ×"
            + " 256 × 1152, as one extent changes. Brackets span all iterations, up to 9.",
        results.of("ProductSweepBenchmark"),
        score -> score.parameter("point").substring(0, 1) + " grows",
        score -> Double.parseDouble(score.parameter("point").substring(2)),
        Score::micros,
        axes("extent", "µs", true));
  }

  static Chart channels(Results results) {
    return curves(
        "channels",
        "Channels of a layer",
        "Multiply-adds of a 3×3 layer on 14 × 14 pixels, with as many channels in as out. A word is"
            + " 64 channels: with fewer, part of each word is idle.",
        results.of("ChannelsSweepBenchmark"),
        score -> "3×3 layer",
        score -> Double.parseDouble(score.parameter("channels")),
        score -> score.rate("gmacPerSecond"),
        axes("channels", "GMAC/s", true));
  }

  static Chart network(Results results) {
    return curves(
        "network",
        "Batch and threads",
        "Images a second of the whole ternary ResNet-18, image in and logits out.",
        results.of("NetworkBenchmark").stream()
            .filter(score -> score.parameter("network").equals("resnet18"))
            .toList(),
        score ->
            score.parameter("threads")
                + (score.parameter("threads").equals("1") ? " thread" : " threads"),
        score -> Double.parseDouble(score.parameter("batch")),
        score -> scaled(score.rate("unitsPerMilli"), 1e3),
        axes("images in a batch", "images/s", false));
  }

  static Chart linear(Results results) {
    List<Score> scores = results.of("LinearBenchmark");
    double least = Double.MAX_VALUE;
    double most = 0;
    for (Score score : scores) {
      double each = score.micros().median() / Double.parseDouble(score.parameter("length"));
      least = Math.min(least, each);
      most = Math.max(most, each);
    }
    String empty =
        results.of("EmptyBenchmark").stream()
            .findFirst()
            .map(score -> Numbers.format(score.micros().median() * 1e3))
            .orElse("–");
    return curves(
        "controls",
        "Controls",
        "A chain of dependent operations, whose time must grow with its length: from its best to"
            + " its worst length a pair of them differs by "
            + Numbers.percent(most / least - 1)
            + ". An empty benchmark takes "
            + empty
            + " ns.",
        scores,
        score -> "chain",
        score -> Double.parseDouble(score.parameter("length")),
        Score::micros,
        axes("pairs of operations", "µs", true));
  }

  private static Map<String, Object> axes(String x, String y, boolean logarithmic) {
    Map<String, Object> axes = new LinkedHashMap<>();
    axes.put("xName", x);
    axes.put("yName", y);
    axes.put("logX", true);
    axes.put("logY", logarithmic);
    return axes;
  }

  /** Less than the rounding that would add another power. */
  private static double log(double base, double value) {
    return Math.round(Math.log(value) / Math.log(base) * 1e6) / 1e6;
  }

  static Interval scaled(Interval interval, double factor) {
    return new Interval(
        interval.low() * factor, interval.median() * factor, interval.high() * factor);
  }

  private static Chart curves(
      String id,
      String title,
      String caption,
      List<Score> scores,
      Function<Score, String> line,
      ToDoubleFunction<Score> x,
      Function<Score, Interval> y,
      Map<String, Object> axes) {
    if (scores.isEmpty()) {
      return Chart.missing(id, title, caption, "The results hold none of these benchmarks.");
    }
    Map<String, List<Chart.Point>> points = new LinkedHashMap<>();
    String unit = axes.get("yName").toString();
    Table table =
        Table.of(
            "line",
            axes.get("xName").toString(),
            unit,
            "interval",
            "GMAC/s",
            "of port bound",
            "bytes allocated");
    for (Score score : scores) {
      Interval value = y.apply(score);
      points
          .computeIfAbsent(line.apply(score), name -> new ArrayList<>())
          .add(
              new Chart.Point(
                  score.label(),
                  x.applyAsDouble(score),
                  value.median(),
                  value.low(),
                  value.high()));
      table.add(
          line.apply(score),
          Numbers.format(x.applyAsDouble(score)),
          Numbers.format(value.median()),
          Numbers.range(value),
          Numbers.format(score.rate("gmacPerSecond").median()),
          Numbers.percentOfBound(score.rate("ofPortBound").median()),
          Numbers.bytes(score.allocated()));
    }
    double base = axes.get("xName").equals("extent") ? 10 : 2;
    List<Double> xs = scores.stream().map(x::applyAsDouble).sorted().toList();
    axes.put("baseX", base);
    axes.put("minX", Math.pow(base, Math.floor(log(base, xs.getFirst()))));
    axes.put("maxX", Math.pow(base, Math.ceil(log(base, xs.getLast()))));
    List<Chart.Series> series = new ArrayList<>();
    points.forEach(
        (name, each) -> series.add(new Chart.Series(name, each, false, false, series.size())));
    return Chart.lines(id, title, caption, axes, series, table);
  }
}
