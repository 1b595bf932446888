// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.json.JsonObject;

/** The bundled network: its pairs, merged here, are the kernels that PyTorch merged. */
class SttnFixtureTest {
  private static final Path FMNIST = Path.of(System.getProperty("setun.testdata"), "fmnist");

  private static LatentKernel read(StateDict state, String key) throws Exception {
    return LatentKernel.read(state.tensor(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "features.4.conv1",
        "features.4.conv2",
        "features.5.conv1",
        "features.5.conv2",
        "features.6.conv1",
        "features.6.conv2"
      })
  void mergesAsPyTorchDid(String convolution) throws Exception {
    JsonObject shares =
        JsonObject.parse(Files.readAllBytes(FMNIST.resolve("expected.json")))
            .object("zero_fraction");
    try (Checkpoint latent = Checkpoint.open(FMNIST.resolve("checkpoint.pth.tar"));
        Checkpoint merged = Checkpoint.open(FMNIST.resolve("merged_ter.pth.tar"))) {
      TernaryWeights pair =
          SttnMerge.mergePair(
              read(latent.stateDict(), convolution + "_1.weight"),
              read(latent.stateDict(), convolution + "_2.weight"),
              ZeroPolicy.REFUSE);
      TernaryWeights reference =
          PlainTernary.recognize(read(merged.stateDict(), convolution + ".weight"));

      assertArrayEquals(reference.kernel().nonzeroPlane(), pair.kernel().nonzeroPlane());
      assertArrayEquals(reference.kernel().signPlane(), pair.kernel().signPlane());
      for (int o = 0; o < pair.plusScale().length; o++) {
        assertEquals(reference.plusScale()[o], pair.plusScale()[o], 1e-6 * pair.plusScale()[o]);
      }
      double zeros = (double) pair.kernel().zeroCount() / pair.kernel().tritCount();
      assertEquals(shares.positive(convolution + ".weight", 0), zeros, 1e-7);
    }
  }
}
