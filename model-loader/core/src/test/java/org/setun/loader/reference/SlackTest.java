// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.setun.loader.layer.LayerSpec.BAND;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.Shape;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;
import org.setun.loader.convert.LayerMethods;
import org.setun.loader.layer.LayerSpec;
import org.setun.loader.layer.Value;
import org.setun.loader.method.MethodOptions;

/** The bound on how far a value may move is how far it does move when a trit turns. */
class SlackTest {
  private static final Shape ONE = new Shape(1, 1, 1);

  @TempDir Path folder;

  private static Value value(float x) {
    return new Value(ONE, new float[] {x});
  }

  /** Compares the bound at a threshold with the outputs on both sides of it. */
  private void check(String activations, float from, float to, float slack) throws Exception {
    Architecture architecture =
        ArchitectureReader.parse(
            "test",
            """
            {"name": "one", "input": [1, 1, 1], "layers": [
              {"type": "ternary_convolution", "name": "c", "output_channels": 2, "kernel": 1,
               "bias": false, "activations": "%s"}]}
            """
                .formatted(activations)
                .getBytes(UTF_8));
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("c.weight", TensorData.ofFloats(new float[] {0.75f, -0.75f}, 2, 1, 1, 1));
    Path file = folder.resolve("one.safetensors");
    Safetensors.write(file, tensors);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      LayerMethods methods =
          LayerMethods.find(file, architecture, checkpoint.stateDict(), MethodOptions.DEFAULT);
      ReferenceNetwork network =
          new ReferenceNetwork(architecture, checkpoint.stateDict(), methods);
      LayerSpec layer = architecture.layers().getFirst();
      Value one = network.layer(layer, List.of(value(from)));
      Value other = network.layer(layer, List.of(value(to)));
      Value bound = network.slack(layer, List.of(value(from)), List.of(value(slack)));
      for (int c = 0; c < 2; c++) {
        assertEquals(
            Math.abs(one.data()[c] - other.data()[c]), bound.data()[c], 1e-6f, activations);
      }
    }
  }

  @Test
  void aBinaryTritTurnsByTwo() throws Exception {
    check("binary", 0.5f * BAND, -0.5f * BAND, 0);
    check("binary", -0.5f * BAND, 0.5f * BAND, 0);
  }

  @Test
  void aTernaryTritTurnsByOneAtEachThreshold() throws Exception {
    check("ternary", 0.5f + 0.5f * BAND, 0.5f - 0.5f * BAND, 0);
    check("ternary", -0.5f + 0.5f * BAND, -0.5f - 0.5f * BAND, 0);
  }

  @Test
  void aTernaryTritTurnsByTwoWhereItsInputCrossesBoth() throws Exception {
    check("ternary", 0.6f, -0.6f, 1.2f);
  }

  @Test
  void aTritFarFromItsThresholdsStays() throws Exception {
    check("binary", 0.5f, 0.4f, 0.1f);
    check("ternary", 0.2f, -0.2f, 0.2f);
    check("ternary", 0.9f, 0.8f, 0.1f);
  }
}
