// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.setun.bench.compare.Interval;

/** Kernels, layers and loading, side by side. */
final class BarCharts {
  private BarCharts() {}

  static Chart kernels(Results results) {
    List<Score> scores = new ArrayList<>(results.of("TernaryGemmBenchmark"));
    return chart(
        "kernels",
        "Micro-kernels",
        "Multiply-adds a second of bare micro-kernels on operands in cache, K = 4608.",
        "GMAC/s",
        scores,
        score -> score.parameter("kernel"),
        score -> score.rate("gmacPerSecond"));
  }

  static Chart layers(Results results) {
    List<Score> scores = new ArrayList<>(results.of("LayerBenchmark"));
    scores.addAll(results.of("StemBenchmark"));
    scores.addAll(results.of("MatrixVectorBenchmark"));
    return chart(
        "layer-bars",
        "Layers",
        "Multiply-adds a second of whole layers: 3×3 with shortcut, PReLU and the next layer's"
            + " trits, the fp32 stem, and a matrix times a vector.",
        "GMAC/s",
        scores,
        BarCharts::layer,
        score -> score.rate("gmacPerSecond"));
  }

  static Chart loading(Results results) {
    return chart(
        "loading",
        "Loading",
        "Milliseconds from a file to a network that is ready to run.",
        "ms",
        results.of("LoadingBenchmark"),
        score -> score.parameter("file"),
        score -> ScalingCharts.scaled(score.micros(), 1e-3));
  }

  private static String layer(Score score) {
    return switch (score.benchmark()) {
      case "LayerBenchmark" -> "3×3 layer " + score.parameter("layer");
      case "StemBenchmark" -> "stem, fp32";
      default -> "matrix × vector, 4096";
    };
  }

  private static Chart chart(
      String id,
      String title,
      String caption,
      String unit,
      List<Score> scores,
      Function<Score, String> name,
      Function<Score, Interval> value) {
    if (scores.isEmpty()) {
      return Chart.missing(id, title, caption, "The results hold none of these benchmarks.");
    }
    List<Chart.Bar> bars = new ArrayList<>();
    Table table = Table.of("", unit, "interval", "µs a run", "of port bound", "bytes allocated");
    for (Score score : scores) {
      Interval each = value.apply(score);
      bars.add(new Chart.Bar(name.apply(score), each.median(), each.low(), each.high(), 0));
      table.add(
          name.apply(score),
          Numbers.format(each.median()),
          Numbers.range(each),
          Numbers.format(score.micros().median()),
          Numbers.percentOfBound(score.rate("ofPortBound").median()),
          Numbers.bytes(score.allocated()));
    }
    return Chart.bars(id, title, caption, Map.of("unit", unit), bars, table);
  }
}
