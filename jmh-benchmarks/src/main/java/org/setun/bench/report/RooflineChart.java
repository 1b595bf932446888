// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.setun.bench.report.Chart.Point;
import org.setun.bench.report.Chart.Series;

/**
 * Layers under the roofs of the machine: multiply-adds a second over multiply-adds for each byte
 * that must be moved.
 */
final class RooflineChart {
  private static final String TITLE = "Roofline";
  private static final String CAPTION =
      "Multiply-adds a second of each layer over those it does for every byte that it must move"
          + " (packed weights, trits, shortcut, result, each once). Slanted lines: what this"
          + " machine loads from its caches and memory. Level lines: what its measured popcounts"
          + " and two vector ports allow the kernel that was chosen.";

  private final Results results;
  private final List<Score> layers = new ArrayList<>();

  private RooflineChart(Results results) {
    this.results = results;
    layers.addAll(results.of("LayerBenchmark"));
    layers.addAll(results.of("MatrixVectorBenchmark"));
    layers.removeIf(layer -> intensity(layer) == 0);
  }

  static Chart of(Results results) {
    RooflineChart chart = new RooflineChart(results);
    if (chart.layers.isEmpty()
        || results.of("LoadBenchmark").isEmpty()
        || chart.words("popcount").isEmpty()) {
      return Chart.missing(
          "roofline", TITLE, CAPTION, "The results lack layers, or the machine's peaks.");
    }
    return chart.draw();
  }

  private Chart draw() {
    double least = power(layers.stream().mapToDouble(RooflineChart::intensity).min(), -1);
    double most = power(layers.stream().mapToDouble(RooflineChart::intensity).max(), 1);
    double popcountRoof = popcountRoof(layers.getFirst());
    double portRoof = layers.stream().mapToDouble(RooflineChart::portRoof).max().orElseThrow();
    double top = power(OptionalDouble.of(Math.max(popcountRoof, portRoof)), 1);
    List<Series> series = new ArrayList<>();
    for (Score load : results.of("LoadBenchmark")) {
      double bandwidth = load.rate("gigabytesPerSecond").median();
      // From the left edge to where the line leaves the chart.
      double end = Math.min(most, top / bandwidth);
      if (end > least) {
        series.add(
            roof(
                size(load) + ": " + Math.round(bandwidth) + " GB/s",
                least,
                bandwidth * least,
                end,
                bandwidth * end,
                series.size() + 1));
      }
    }
    series.add(roof("popcount", least, popcountRoof, most, popcountRoof, 4));
    if (portRoof > 0) {
      series.add(roof("two vector ports", least, portRoof, most, portRoof, 5));
    }
    List<Point> points = layers.stream().map(layer -> point(layer)).toList();
    series.add(new Series("layers", points, true, false, 0));
    Map<String, Object> axes = new LinkedHashMap<>();
    axes.put("xName", "multiply-adds per byte");
    axes.put("yName", "GMAC/s");
    axes.put("logX", true);
    axes.put("logY", true);
    axes.put("minX", least);
    axes.put("maxX", most);
    axes.put("maxY", top);
    axes.put("minY", power(points.stream().mapToDouble(Point::y).min(), -1));
    return Chart.lines("roofline", TITLE, CAPTION, axes, series, table());
  }

  /** The power of ten above a positive value, or below it. */
  private static double power(OptionalDouble value, int direction) {
    double exponent = Math.log10(value.orElseThrow());
    return Math.pow(10, direction > 0 ? Math.ceil(exponent) : Math.floor(exponent));
  }

  private static Series roof(
      String name, double fromX, double fromY, double toX, double toY, int color) {
    return new Series(
        name,
        List.of(new Point("", fromX, fromY, fromY, fromY), new Point("", toX, toY, toY, toY)),
        false,
        true,
        color);
  }

  private static Point point(Score layer) {
    var rate = layer.rate("gmacPerSecond");
    return new Point(name(layer), intensity(layer), rate.median(), rate.low(), rate.high());
  }

  private Table table() {
    Table table =
        Table.of(
            "",
            "multiply-adds per byte",
            "popcounts per multiply-add",
            "GMAC/s",
            "roof, GMAC/s",
            "of it");
    for (Score layer : layers) {
      double rate = layer.rate("gmacPerSecond").median();
      double roof = popcountRoof(layer);
      if (portRoof(layer) > 0) {
        roof = Math.min(roof, portRoof(layer));
      }
      table.add(
          name(layer),
          Numbers.format(intensity(layer)),
          Numbers.format(popcountsPerMac(layer)),
          Numbers.format(rate),
          Numbers.format(roof),
          Numbers.percentOfBound(rate / roof));
    }
    for (Score load : results.of("LoadBenchmark")) {
      table.add(
          "load, " + size(load),
          "–",
          "–",
          "–",
          Numbers.format(load.rate("gigabytesPerSecond").median()) + " GB/s",
          "–");
    }
    for (Score peak : results.of("VectorPeakBenchmark")) {
      table.add(
          peak.method(),
          "–",
          "–",
          "–",
          Numbers.format(peak.rate("gigawordsPerSecond").median()) + " Gwords/s",
          "–");
    }
    return table;
  }

  private OptionalDouble words(String operation) {
    return results.of("VectorPeakBenchmark").stream()
        .filter(score -> score.method().equals(operation))
        .mapToDouble(score -> score.rate("gigawordsPerSecond").median())
        .findFirst();
  }

  /** Infinite for a kernel that counts no bits. */
  private double popcountRoof(Score layer) {
    return words("popcount").orElseThrow() / popcountsPerMac(layer);
  }

  /** 0 if no bound is known of the kernel, or more was reached. */
  private static double portRoof(Score layer) {
    double share = layer.rate("ofPortBound").median();
    return share > 0 && share <= 1 ? layer.rate("gmacPerSecond").median() / share : 0;
  }

  private static double popcountsPerMac(Score layer) {
    return layer.rate("gigapopcountsPerSecond").median() / layer.rate("gmacPerSecond").median();
  }

  private static double intensity(Score layer) {
    double bytes = layer.rate("gigabytesPerSecond").median();
    return bytes > 0 ? layer.rate("gmacPerSecond").median() / bytes : 0;
  }

  private static String name(Score layer) {
    return layer.parameters().containsKey("layer") ? layer.parameter("layer") : "4096 × 4096";
  }

  private static String size(Score load) {
    int kilobytes = Integer.parseInt(load.parameter("kilobytes"));
    return kilobytes < 1024 ? kilobytes + " KB" : kilobytes / 1024 + " MB";
  }
}
