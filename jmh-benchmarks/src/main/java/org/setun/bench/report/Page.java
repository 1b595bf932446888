// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.setun.bench.compare.Failure;
import org.setun.bench.suite.MachineInfo;

/** The page: one HTML file that needs nothing else. */
final class Page {
  private Page() {}

  /** All charts, in the order of the page. */
  static List<Chart> charts(Results results) {
    return List.of(
        PeerCharts.speedUp(results.comparisons()),
        PeerCharts.products(results.comparisons()),
        RooflineChart.of(results),
        ScalingCharts.product(results),
        ScalingCharts.channels(results),
        ScalingCharts.network(results),
        BarCharts.layers(results),
        BarCharts.kernels(results),
        PeerCharts.itself(results.comparisons()),
        BarCharts.loading(results),
        ScalingCharts.linear(results));
  }

  /** The page's text. */
  static String render(Results results, List<Chart> charts) {
    String echarts = Resources.echarts();
    String script = Resources.text("charts.js") + Resources.text("page.js");
    Map<String, Object> context = new HashMap<>();
    context.put("machine", results.machine());
    context.put("summary", summary(results.machine()));
    context.put("warnings", warnings(results));
    context.put("charts", charts.stream().map(Page::section).toList());
    context.put(
        "tables",
        List.of(PageTables.layers(results.layers()), PageTables.results(results.scores())));
    context.put("facts", PageTables.facts(results.machine()));
    context.put("commands", commands(!results.comparisons().isEmpty(), results.machine().quick()));
    context.put("echartsVersion", Resources.echartsVersion());
    context.put("css", Resources.text("page.css"));
    context.put("dataJson", data(charts));
    context.put("echarts", echarts);
    context.put("script", script);
    context.put("scriptHashes", hash(echarts) + " " + hash(script));
    return Mustache.compiler().compile(Resources.text("page.html")).execute(context);
  }

  private static Map<String, Object> section(Chart chart) {
    Map<String, Object> section = new HashMap<>();
    section.put("id", chart.id());
    section.put("title", chart.title());
    section.put("caption", chart.caption());
    section.put("height", chart.height());
    section.put("missing", chart.missing() == null ? false : chart.missing());
    section.put("table", chart.table());
    return section;
  }

  private static String summary(MachineInfo machine) {
    return "Ternary neural networks on the JVM, on %s with %d-bit vectors, JDK %s, %s."
        .formatted(machine.processor(), machine.vectorBits(), machine.jdk(), machine.started());
  }

  private static List<String> warnings(Results results) {
    MachineInfo machine = results.machine();
    List<String> warnings = new ArrayList<>();
    if (machine.quick()) {
      warnings.add("A quick run: iterations were short, so take these figures for a trial.");
    }
    double load = machine.load().getFirst();
    if (MachineInfo.isBusy(load, machine.processors())) {
      warnings.add(
          "The machine was busy when this began (load average %s on %d processors): times are too"
                  .formatted(Numbers.format(load), machine.processors())
              + " long, and only the ratios to peers, which are of processor time, mean much.");
    }
    for (Failure failure : results.failures()) {
      warnings.add("Not measured: " + failure.describe() + ".");
    }
    long interpreted = results.scores().stream().filter(Score::isInterpreted).count();
    if (interpreted > 0) {
      warnings.add(
          interpreted
              + " benchmark(s) still allocated memory, so they were not compiled when they were"
              + " measured: do not believe their times.");
    }
    return warnings;
  }

  private static String commands(boolean peers, boolean quick) {
    return "./setun bench-suite"
        + (quick ? " --quick" : "")
        + (peers ? " --peers" : "")
        + " -o results\n./setun report results -o report.html";
  }

  /** In a script element only {@code <} can end the data. */
  private static String data(List<Chart> charts) {
    try {
      return new ObjectMapper()
          .writeValueAsString(
              charts.stream()
                  .filter(chart -> chart.missing() == null)
                  .map(
                      chart ->
                          Map.of(
                              "id", chart.id(),
                              "kind", chart.kind(),
                              "title", chart.title(),
                              "caption", chart.caption(),
                              "data", chart.data()))
                  .toList())
          .replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a chart cannot be written as JSON", e);
    }
  }

  /** What the policy allows to run. */
  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
