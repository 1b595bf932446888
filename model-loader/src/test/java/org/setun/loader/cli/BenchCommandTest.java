package org.setun.loader.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.cli.Cli.CHECKPOINT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Kernels;
import org.setun.loader.cli.Cli.Result;

class BenchCommandTest {
  @Test
  void printsOneJsonObject() throws Exception {
    Result result =
        Cli.run("bench", CHECKPOINT, "--json", "--batch", 2, "--threads", 2, "--seconds", 0.1);
    assertEquals(0, result.exitCode(), result.err());
    JsonNode json = new ObjectMapper().readTree(result.out());
    Set<String> fields = new HashSet<>();
    json.fieldNames().forEachRemaining(fields::add);
    assertEquals(
        Set.of(
            "median_ms",
            "p95_ms",
            "images_per_second",
            "threads",
            "batch",
            "implementation",
            "layers"),
        fields);
    double median = json.get("median_ms").doubleValue();
    assertTrue(median > 0 && median <= json.get("p95_ms").doubleValue(), result.out());
    assertEquals(2000 / median, json.get("images_per_second").doubleValue(), 1e-6 * 2000 / median);
    assertEquals(2, json.get("threads").intValue());
    assertEquals(2, json.get("batch").intValue());
    assertEquals(Kernels.best().implementation(), json.get("implementation").textValue());

    JsonNode classifier = json.get("layers").get(json.get("layers").size() - 1);
    assertEquals("fc", classifier.get("name").textValue());
    double us = classifier.get("us").doubleValue();
    // 128 features to 10 classes.
    assertEquals(1280 / us / 1e3, classifier.get("gmacs_per_second").doubleValue(), 1e-9);
  }

  @Test
  void printsATableOfLayers() {
    Result result = Cli.run("bench", CHECKPOINT, "--seconds", "0.1");
    assertEquals(0, result.exitCode(), result.err());
    List<String> lines = result.out().lines().toList();
    assertTrue(lines.get(2).matches("latency +\\d+\\.\\d+ ms median, .*"), result.out());
    assertTrue(lines.getLast().startsWith("fc "), result.out());
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    Result result = Cli.run("bench", CHECKPOINT, "--batch", "0");
    assertEquals(2, result.exitCode());
    assertTrue(
        result.err().startsWith("setun: --batch, --threads and --seconds must be positive"),
        result.err());
  }
}
