// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.setun.cli.Cli.CHECKPOINT;
import static org.setun.cli.Cli.TESTDATA;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.cli.Cli.Result;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;

class VerifyCommandTest {
  @TempDir Path folder;

  @Test
  void aModelAgreesWithItsCheckpoint() {
    Path model = folder.resolve("m.setun");
    Cli.run("convert", CHECKPOINT, "-o", model);
    for (int seed = 1; seed <= 3; seed++) {
      Result result = Cli.run("verify", model, CHECKPOINT, "--seed", seed);
      assertEquals(0, result.exitCode(), result.out() + result.err());
      assertTrue(
          result.lastLine().matches("all \\d+ values agree with the reference"), result.out());
      assertTrue(
          result.out().contains("through the whole network, outputs of at most "), result.out());
    }
    Path merged = TESTDATA.resolve("fmnist/merged_ter.pth.tar");
    assertEquals(0, Cli.run("verify", model, merged).exitCode());
  }

  @Test
  void resnet18AgreesWithItsCheckpoint() {
    Path checkpoint =
        Path.of(
            System.getProperty("setun.shared"), "checkpoints/resnet18-random/model_best.pth.tar");
    assumeTrue(Files.exists(checkpoint), checkpoint + " is absent: ResNet-18 is not verified");
    Result result = Cli.run("verify", checkpoint, checkpoint);
    assertEquals(0, result.exitCode(), result.out() + result.err());
  }

  @Test
  void theFirstLayerThatDiffersIsNamed() throws Exception {
    PackedModel sound = Model.convert(CHECKPOINT, LoadOptions.DEFAULT);
    List<Layer> layers = new ArrayList<>(sound.graph().layers());
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof Layer.TernaryConvolution l
          && l.name().startsWith("features.5")) {
        float[] shift = l.shift().clone();
        shift[3] += 0.5f;
        layers.set(
            i,
            new Layer.TernaryConvolution(
                l.name(), l.input(), l.window(), l.thresholds(), l.kernel(), l.scale(), shift));
      }
    }
    Path model = folder.resolve("spoiled.setun");
    ModelWriter.write(
        new PackedModel(
            sound.architecture(),
            sound.method(),
            sound.source(),
            sound.preprocessing(),
            sound.labels(),
            new NetworkGraph(sound.graph().inputShape(), layers)),
        model);

    Result result = Cli.run("verify", model, CHECKPOINT);
    assertEquals(1, result.exitCode());
    // The passes of a session are its own affair; the value is the first behind features.5.conv1.
    assertTrue(
        result
            .err()
            .matches(
                "setun: .*spoiled.setun: layer features\\.5\\.(conv1|add1|prelu1) differs from the"
                    + " reference in \\d+ values, the first layer that does\n"),
        result.err());
  }

  @Test
  void modelAndCheckpointOfDifferentNetworksAreTold() {
    Result result = Cli.run("verify", CHECKPOINT, TESTDATA.resolve("images/grey.png"));
    assertEquals(1, result.exitCode());
    assertTrue(result.err().contains("grey.png: not a checkpoint"), result.err());
    Result onnx = Cli.run("verify", CHECKPOINT, TESTDATA.resolve("fmnist/merged.onnx"));
    assertTrue(onnx.err().contains("merged.onnx: an ONNX model; verify compares"), onnx.err());
  }

  @Test
  void anExportIsNoCheckpointToVerifyAgainst() {
    Path model = folder.resolve("m.setun");
    Path export = folder.resolve("m.safetensors");
    Cli.run("convert", CHECKPOINT, "-o", model);
    Cli.run("export", model, "-o", export);
    Result result = Cli.run("verify", model, export);
    assertEquals(1, result.exitCode());
    assertTrue(result.err().startsWith("setun: " + export + ": an exported model, not a training"));
  }
}
