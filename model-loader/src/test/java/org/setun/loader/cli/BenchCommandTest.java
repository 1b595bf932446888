package org.setun.loader.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.cli.Cli.CHECKPOINT;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Kernels;
import org.setun.loader.cli.BenchResult.LayerTime;
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
    JsonObject machine = json.object("machine");
    assertEquals(machineBits(), machine.integer("vector_bits", 0));
    assertTrue(machine.string("jvm").contains(Runtime.version().toString()), result.out());
    assertTrue(Kernels.best().describe().contains(machine.string("processor")), result.out());
    machine.finish();
    List<JsonObject> layers = json.objects("layers", "layer");
    double sum = 0;
    for (JsonObject layer : layers) {
      sum += layer.positive("us", 0) / 1e3;
    }
    assertEquals(sum, json.positive("layers_ms", 0), 1e-9 * sum);
    assertEquals(Math.abs(2 * sum / median - 1) > 0.05, json.bool("layers_differ", false));
    json.finish();
    JsonObject classifier = layers.getLast();

    assertEquals("fc", classifier.string("name"));
    // 128 features to 10 classes.
    double expected = 1280 / classifier.positive("us", 0) / 1e3;
    assertEquals(expected, classifier.positive("gmacs_per_second", 0), 1e-9);
    assertTrue(!classifier.string("kernel").isEmpty());
    assertTrue(classifier.has("bound"), "null: unknown of fp32");
  }

  private static int machineBits() {
    String bits = Kernels.best().implementation().replaceAll("\\D", "");
    return bits.isEmpty() ? 0 : Integer.parseInt(bits);
  }

  @Test
  void boundsThatWereExceededAreNotShown() throws Exception {
    BenchResult result = sample(new LayerTime("a", "k", 2000, 150, 200), 10);
    assertEquals(0.75, result.layers().getFirst().shareOfBound());
    assertTrue(result.toJson().contains("\"kernel\":\"k\",\"bound\":200.0"), result.toJson());
    for (double bound : new double[] {149, 0, Double.NaN}) {
      BenchResult none = sample(new LayerTime("a", "k", 2000, 150, bound), 10);
      assertTrue(Double.isNaN(none.layers().getFirst().shareOfBound()));
      assertTrue(none.toJson().contains("\"bound\":null"), none.toJson());
    }
    assertTrue(Double.isNaN(new LayerTime("pool", "k", 5, 0, 200).shareOfBound()));
  }

  @Test
  void layersThatDoNotAddUpAreNoticed() {
    LayerTime layer = new LayerTime("a", "k", 10_000, 0, 0);
    // A batch of 2 images of 10 ms.
    assertFalse(sample(layer, 20.9).layersDiffer());
    assertTrue(sample(layer, 21.1).layersDiffer());
    assertTrue(sample(layer, 19).layersDiffer());
  }

  private static BenchResult sample(LayerTime layer, double median) {
    return new BenchResult(
        median,
        median,
        1,
        2,
        "vector 512 bit",
        new BenchResult.Machine("processor", "jvm", 512),
        List.of(layer));
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
