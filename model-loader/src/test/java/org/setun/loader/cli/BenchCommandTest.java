package org.setun.loader.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.cli.Cli.CHECKPOINT;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Kernels;
import org.setun.loader.cli.Cli.Result;
import org.setun.loader.json.JsonObject;

class BenchCommandTest {
  @Test
  void printsOneJsonObject() throws Exception {
    Result result =
        Cli.run("bench", CHECKPOINT, "--json", "--batch", 2, "--threads", 2, "--seconds", 0.1);
    assertEquals(0, result.exitCode(), result.err());
    JsonObject json = JsonObject.parse(result.out().getBytes(StandardCharsets.UTF_8));
    double median = json.positive("median_ms", 0);
    assertTrue(median > 0 && median <= json.positive("p95_ms", 0), result.out());
    assertEquals(2000 / median, json.positive("images_per_second", 0), 1e-6 * 2000 / median);
    assertEquals(2, json.integer("threads", 1));
    assertEquals(2, json.integer("batch", 1));
    assertEquals(Kernels.best().implementation(), json.string("implementation"));
    JsonObject classifier = json.objects("layers", "layer").getLast();
    json.finish();

    assertEquals("fc", classifier.string("name"));
    // 128 features to 10 classes.
    double expected = 1280 / classifier.positive("us", 0) / 1e3;
    assertEquals(expected, classifier.positive("gmacs_per_second", 0), 1e-9);
    classifier.finish();
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
