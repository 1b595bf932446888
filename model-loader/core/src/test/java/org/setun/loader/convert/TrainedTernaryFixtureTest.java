// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Session;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.checkpoint.Checkpoint;

/** A published network with two scales a layer and fp32 activations, against PyTorch's logits. */
class TrainedTernaryFixtureTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("setun.testdata"), "ttq-squeezenet");

  @Test
  void givesPyTorchsLogits() throws Exception {
    Model model =
        Model.load(FOLDER.resolve("model_ternary_quantization.pytorch_state"), LoadOptions.DEFAULT);
    assertEquals(
        "ttq (6 ternary kernels with one scale, 18 ternary kernels with two scales)",
        model.info().method());
    try (Checkpoint io = Checkpoint.open(FOLDER.resolve("io.safetensors"))) {
      float[] images = io.stateDict().tensor("input").toFloats();
      float[] expected = io.stateDict().tensor("logits").toFloats();
      float[] actual = new float[expected.length];
      Session session = model.network().session();
      session.run(images, actual, 2);
      assertArrayEquals(expected, actual, 1e-4f);
    }
  }
}
