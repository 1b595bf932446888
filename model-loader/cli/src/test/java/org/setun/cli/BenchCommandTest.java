// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.cli.Cli.CHECKPOINT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.setun.cli.BenchResult.LayerTime;
import org.setun.cli.Cli.Result;
import org.setun.kernels.Kernels;

class BenchCommandTest {
  @Test
  void printsOneJsonObject() throws Exception {
    Result result =
        Cli.run("bench", CHECKPOINT, "--json", "--batch", 2, "--threads", 2, "--seconds", 0.1);
    assertEquals(0, result.exitCode(), result.err());
    JsonNode json = new ObjectMapper().readTree(result.out());
    double median = json.required("median_ms").asDouble();
    assertTrue(median > 0 && median <= json.required("p95_ms").asDouble(), result.out());
    assertEquals(
        2000 / median, json.required("images_per_second").asDouble(), 1e-6 * 2000 / median);
    assertEquals(2, json.required("threads").intValue());
    assertEquals(2, json.required("batch").intValue());
    assertEquals(Kernels.best().implementation(), json.required("implementation").textValue());
    JsonNode machine = json.required("machine");
    assertEquals(machineBits(), machine.required("vector_bits").intValue());
    assertTrue(
        machine.required("jvm").textValue().contains(Runtime.version().toString()), result.out());
    assertTrue(
        Kernels.best().describe().contains(machine.required("processor").textValue()),
        result.out());
    JsonNode layers = json.required("layers");
    double sum = 0;
    for (JsonNode layer : layers) {
      sum += layer.required("us").asDouble() / 1e3;
    }
    assertEquals(sum, json.required("layers_ms").asDouble(), 1e-9 * sum);
    assertEquals(
        Math.abs(2 * sum / median - 1) > 0.05, json.required("layers_differ").booleanValue());
    assertEquals(10, json.size(), "as many fields as are looked at");
    assertEquals(3, machine.size());
    JsonNode classifier = layers.get(layers.size() - 1);

    assertEquals("fc", classifier.required("name").textValue());
    // 128 features to 10 classes.
    double expected = 1280 / classifier.required("us").asDouble() / 1e3;
    assertEquals(expected, classifier.required("gmacs_per_second").asDouble(), 1e-9);
    assertTrue(!classifier.required("kernel").textValue().isEmpty());
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
