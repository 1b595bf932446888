// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.bench.suite.Suite;
import org.xml.sax.InputSource;

/** The page says what the results say, and depends on nothing. */
class ReportTest {
  @TempDir Path folder;

  private String page(Path results) throws IOException {
    Path page = folder.resolve("page.html");
    new Report(results).writePage(page);
    return Files.readString(page);
  }

  /** The page without its scripts and styles, which are not ours to judge. */
  private static String markup(String page) {
    return page.replaceAll("(?s)<(script|style)\\b[^>]*>.*?</\\1>", "");
  }

  /** Products have a chart of their own, and what is no peer is called what it is. */
  @Test
  void productsAreNotAmongThePeersLayers() throws IOException {
    String page = page(Sample.FOLDER);
    assertEquals(
        List.of("607", "3.229", "3.2 – 3.25"),
        row(page, "1 × 4096 × 4096", "Setun Int8Product", "188", "int16 vectors"));
    List<Chart> charts = Page.charts(Results.read(Sample.FOLDER));
    assertEquals(9, charts.getFirst().table().rows().size());
    assertEquals("products", charts.get(1).id());
    assertEquals(
        "[Bar[name=1 × 4096 × 4096 · oneDNN int8, value=3.3, low=3.2, high=3.4, color=1],"
            + " Bar[name=1 × 4096 × 4096 · int16 vectors, value=3.229, low=3.2, high=3.25,"
            + " color=2]]",
        charts.get(1).data().get("items").toString());
  }

  /** Cells of the first row that begins with these cells. */
  private static List<String> row(String page, String... start) {
    String first =
        List.of(start).stream()
            .map(cell -> "<td>" + Pattern.quote(cell) + "</td>")
            .collect(Collectors.joining());
    Matcher row = Pattern.compile("<tr>" + first + "(.*?)</tr>").matcher(page);
    assertTrue(row.find(), "no row " + List.of(start));
    return Pattern.compile("<td>(.*?)</td>")
        .matcher(row.group(1))
        .results()
        .map(cell -> cell.group(1))
        .toList();
  }

  private static void assertNumber(double expected, String cell) {
    assertEquals(expected, Double.parseDouble(cell.replaceAll(" .*", "")), 6e-4 * expected);
  }

  @Test
  void tablesHoldTheNumbersOfJmh() throws IOException {
    String page = page(Sample.FOLDER);
    for (JsonNode each : new ObjectMapper().readTree(Sample.FOLDER.resolve("jmh.json").toFile())) {
      List<Double> samples = new ArrayList<>();
      each.at("/primaryMetric/rawData/0").forEach(sample -> samples.add(sample.asDouble()));
      samples.sort(null);
      assertEquals(4, samples.size());
      StringBuilder name = new StringBuilder(each.get("benchmark").asText().substring(16));
      each.path("params").forEach(value -> name.append(' ').append(value.asText()));
      List<String> cells = row(page, name.toString());
      // Half of the samples lie above the median, and its interval is the whole range.
      double median = (samples.get(1) + samples.get(2)) / 2;
      assertNumber(1e3 / median, cells.get(0));
      assertNumber(1e3 / samples.get(3), cells.get(1));
      double gmacs = each.at("/secondaryMetrics/gmacPerSecond/score").asDouble();
      if (gmacs > 0) {
        double mean = each.at("/primaryMetric/score").asDouble();
        assertNumber(gmacs * median / mean, cells.get(2));
      } else {
        assertEquals("–", cells.get(2));
      }
      assertEquals("0", cells.get(5));
    }
  }

  @Test
  void tablesHoldTheNumbersOfTheComparisonAndTheLayers() throws IOException {
    String page = page(Sample.FOLDER);
    List<String> oneDnn =
        row(
            page,
            "layer 512@7",
            "Setun zfold-7x1-512",
            "208",
            "oneDNN convolution, brgconv:avx512_core_vnni");
    assertEquals(List.of("445.1", "2.14", "2.08 – 2.23"), oneDnn);
    List<String> layer = row(page, "stage3.3.prelu");
    assertEquals("209", layer.get(0));
    assertNumber(115605504 / 209.0 / 1e3, layer.get(2));
    assertEquals("zfold-7x1-512", layer.get(5));
  }

  @Test
  void whatComesFromOutsideIsEscaped() throws IOException {
    Path changed = Sample.copyTo(folder);
    Sample.change(changed.resolve("jmh.json"), "fmnist.setun", "</script><b onclick=alert(1)>");
    String page = page(changed);
    assertFalse(page.contains("<b onclick"));
    assertFalse(page.contains("<CPU>"));
    assertTrue(page.contains("Sample &lt;CPU&gt; &amp; &quot;Co&quot;"));
    assertTrue(page.contains("&lt;/script&gt;&lt;b onclick"));
    assertTrue(page.contains("\\u003c/script>\\u003cb onclick"));
  }

  @Test
  void nothingIsLoadedFromElsewhere() throws Exception {
    String page = page(Sample.FOLDER);
    assertFalse(Pattern.compile("\\ssrc\\s*=").matcher(markup(page)).find());
    Pattern.compile("href=\"([^\"]*)\"")
        .matcher(markup(page))
        .results()
        .forEach(link -> assertTrue(link.group(1).startsWith("#"), link.group()));
    String style = page.substring(page.indexOf("<style>"), page.indexOf("</style>"));
    assertFalse(style.contains("url(") || style.contains("@import"));
    // The policy allows exactly the two scripts that the page has.
    List<String> scripts =
        Pattern.compile("(?s)<script>(.*?)</script>")
            .matcher(page)
            .results()
            .map(script -> script.group(1))
            .toList();
    assertEquals(2, scripts.size());
    for (String script : scripts) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      assertTrue(page.contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'"));
    }
    assertTrue(page.contains("default-src 'none'"));
  }

  @Test
  void everyLinkWithinThePageLeadsSomewhere() throws IOException {
    String page = markup(page(Sample.FOLDER));
    Pattern.compile("href=\"#([^\"]*)\"")
        .matcher(page)
        .results()
        .forEach(link -> assertTrue(page.contains("id=\"" + link.group(1) + "\""), link.group()));
  }

  @Test
  void withoutPeersThePageSaysSo() throws IOException {
    Path changed = Sample.copyTo(folder);
    Files.delete(changed.resolve("comparison.json"));
    String page = page(changed);
    assertTrue(page.contains("ONNX Runtime and oneDNN were not measured."));
    assertFalse(page.contains("id=\"peers-chart\""));
    Path svg = folder.resolve("svg");
    var thrown = assertThrows(IOException.class, () -> new Report(changed).writeSvg(svg));
    assertTrue(thrown.getMessage().contains("were not measured"), thrown.getMessage());
    assertFalse(Files.exists(svg));
  }

  @Test
  void whatFailedIsSaid() throws IOException {
    Path results = Sample.copyTo(folder);
    Path comparison = results.resolve(Suite.COMPARISON);
    String rows = Files.readString(comparison).strip();
    Files.writeString(
        comparison,
        rows.substring(0, rows.length() - 1)
            + ", {\"row\": \"layer-64@56\", \"own\": \"Setun\", \"peer\": \"oneDNN int8\","
            + " \"failure\": \"7 where 9 is right\"}]");
    Files.writeString(
        results.resolve(Suite.FAILURES),
        "[{\"what\": \"LoadingBenchmark\", \"reason\": \"no such file\"}]");
    String page = page(results);
    assertTrue(page.contains("Not measured: LoadingBenchmark: no such file."));
    assertTrue(page.contains("failed: 7 where 9 is right"), "in the table of peers");
    assertTrue(page.contains("oneDNN int8 failed"), "in their chart");
  }

  /** As if every benchmark had failed. */
  @Test
  void pageWithoutAnyResults() throws IOException {
    Path results = Sample.copyTo(folder);
    for (String file : List.of(Suite.JMH, Suite.LAYERS, Suite.COMPARISON)) {
      Files.writeString(results.resolve(file), "[]");
    }
    assertTrue(page(results).contains("The results lack layers"));
  }

  @Test
  void aBusyMachineAndAQuickRunAreSaid() throws IOException {
    Path changed = Sample.copyTo(folder);
    Sample.change(changed.resolve("machine.json"), "0.12", "7.5");
    Sample.change(changed.resolve("machine.json"), "\"quick\": false", "\"quick\": true");
    String page = page(changed);
    assertTrue(page.contains("load average 7.5 on 2 processors"));
    assertTrue(page.contains("A quick run"));
    assertFalse(page(Sample.FOLDER).contains("class=\"warning\""));
  }

  @Test
  void benchmarksThatWereNotCompiledAreCounted() throws IOException {
    Path changed = Sample.copyTo(folder);
    Path jmh = changed.resolve("jmh.json");
    String text = Files.readString(jmh);
    int layer = text.indexOf("LayerBenchmark");
    Files.writeString(
        jmh, text.substring(0, layer) + text.substring(layer).replaceFirst("0\\.02,", "2e7,"));
    assertTrue(page(changed).contains("1 benchmark(s) still allocated memory"));
  }

  @Test
  void damagedResultsAreNamed() throws IOException {
    Path changed = Sample.copyTo(folder);
    Path jmh = changed.resolve("jmh.json");
    Sample.change(jmh, "ops/ms", "us/op");
    assertNamed(changed, jmh, "is measured in \"us/op\"");
    Files.writeString(jmh, "[{");
    assertNamed(changed, jmh, "end-of-input");
    Files.writeString(jmh, "[{}]");
    assertNamed(changed, jmh, "benchmark");
    Files.delete(jmh);
    assertNamed(changed, jmh, "jmh.json");
  }

  private static void assertNamed(Path results, Path file, String reason) {
    var thrown = assertThrows(IOException.class, () -> new Report(results));
    assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(reason), thrown.getMessage());
  }

  @Test
  void chartsAreDrawnWithoutABrowser() throws Exception {
    List<Chart> charts = Page.charts(Results.read(Sample.FOLDER));
    try (SvgCharts svg = new SvgCharts()) {
      for (Chart chart : charts) {
        String drawn = svg.draw(chart, "dark", 700, chart.height());
        var document =
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(drawn)));
        int paths = document.getElementsByTagName("path").getLength();
        assertTrue(paths > chart.table().rows().size(), chart.id() + ": " + paths + " paths");
        assertFalse(drawn.contains("NaN"), chart.id());
      }
      Chart peers = charts.getFirst();
      assertTrue(svg.draw(peers, "light", 700, 400).contains(">2.14 ×</text>"));
    }
  }

  @Test
  void theReadmesChartsAreFiles() throws IOException {
    new Report(Sample.FOLDER).writeSvg(folder.resolve("a/b"));
    try (var files = Files.list(folder.resolve("a/b"))) {
      assertEquals(
          List.of(
              "peers-dark.svg",
              "peers-light.svg",
              "products-dark.svg",
              "products-light.svg",
              "roofline-dark.svg",
              "roofline-light.svg"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
