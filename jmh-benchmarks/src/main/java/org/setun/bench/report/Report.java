// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.setun.bench.compare.ComparisonResult;
import org.setun.loader.io.AtomicFile;

/** Writes what people look at. */
public final class Report {
  /** The charts that the READMEs show. */
  private static final List<String> README_CHARTS =
      List.of("peers", PeerCharts.PRODUCTS, "roofline");

  private static final int SVG_WIDTH = 760;

  private final Results results;
  private final List<Chart> charts;

  /**
   * Reads a folder of results.
   *
   * @param folder what {@code bench-suite} wrote
   * @throws IOException if a file is missing or is not what it should be
   */
  public Report(Path folder) throws IOException {
    results = Results.read(folder);
    charts = Page.charts(results);
  }

  /**
   * Writes the page.
   *
   * @param file replaced in one step
   * @throws IOException if it cannot be written
   */
  public void writePage(Path file) throws IOException {
    AtomicFile.write(file, Page.render(results, charts));
  }

  /**
   * Draws the charts of the README, each for a light and a dark ground.
   *
   * @param folder receives {@code peers-light.svg} and so on
   * @throws IOException if results for a chart are missing, or a file cannot be written
   */
  public void writeSvg(Path folder) throws IOException {
    draw(charts.stream().filter(chart -> README_CHARTS.contains(chart.id())).toList(), folder);
  }

  /**
   * Draws the chart of products alone, for a light and a dark ground.
   *
   * @param comparisons what was compared
   * @param folder receives {@code products-light.svg} and {@code products-dark.svg}
   * @throws IOException if products were not compared, or a file cannot be written
   */
  public static void writeProducts(List<ComparisonResult> comparisons, Path folder)
      throws IOException {
    draw(List.of(PeerCharts.products(comparisons)), folder);
  }

  private static void draw(List<Chart> chosen, Path folder) throws IOException {
    for (Chart chart : chosen) {
      if (chart.missing() != null) {
        throw new IOException(chart.title() + ": " + chart.missing());
      }
    }
    Files.createDirectories(folder);
    try (SvgCharts svg = new SvgCharts()) {
      for (Chart chart : chosen) {
        for (String theme : List.of("light", "dark")) {
          AtomicFile.write(
              folder.resolve(chart.id() + "-" + theme + ".svg"),
              svg.draw(chart, theme, SVG_WIDTH, chart.height() + 40));
        }
      }
    }
  }
}
