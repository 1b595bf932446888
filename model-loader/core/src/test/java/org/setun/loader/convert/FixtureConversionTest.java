// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.Layer;
import org.setun.kernels.Network;
import org.setun.loader.arch.ArchitectureException;
import org.setun.loader.arch.BuiltInArchitectures;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;
import org.setun.loader.json.JsonObject;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.model.LayerZeros;
import org.setun.loader.model.PackedModel;

class FixtureConversionTest {
  private static final Path FMNIST = Path.of(System.getProperty("setun.testdata"), "fmnist");
  private static final Path RESNET18 =
      Path.of(System.getProperty("setun.shared"), "checkpoints/resnet18-random/model_best.pth.tar");

  @TempDir Path folder;

  private static PackedModel convert(Path file) throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return Converter.convert(
          checkpoint, ArchitectureChoice.detect(checkpoint), MethodOptions.DEFAULT);
    }
  }

  @Test
  void theBundledCheckpointHasTheZerosOfItsReference() throws Exception {
    PackedModel model = convert(FMNIST.resolve("checkpoint.pth.tar"));
    JsonObject expected = JsonObject.parse(Files.readAllBytes(FMNIST.resolve("expected.json")));
    JsonObject shares = expected.object("zero_fraction");
    assertEquals("sttn-fmnist", model.architecture());
    assertEquals(expected.object("sha256").string("checkpoint.pth.tar"), model.source().sha256());
    assertEquals(6, model.zeros().size());
    for (LayerZeros zeros : model.zeros()) {
      double share = shares.positive(zeros.layer() + ".weight", 0);
      assertEquals(share, zeros.share(), 1e-7);
    }
  }

  @Test
  void pairAndMergedFormGiveTheSameNetwork() throws Exception {
    PackedModel pair = convert(FMNIST.resolve("checkpoint.pth.tar"));
    PackedModel merged = convert(FMNIST.resolve("merged_ter.pth.tar"));
    assertEquals(pair.graph().shapes(), merged.graph().shapes());
    for (int i = 0; i < pair.graph().layers().size(); i++) {
      if (pair.graph().layers().get(i) instanceof Layer.TernaryConvolution p) {
        Layer.TernaryConvolution m = (Layer.TernaryConvolution) merged.graph().layers().get(i);
        assertArrayEquals(p.kernel().signPlane(), m.kernel().signPlane());
        assertArrayEquals(p.kernel().nonzeroPlane(), m.kernel().nonzeroPlane());
        assertArrayEquals(p.scale(), m.scale(), 1e-6f);
        assertArrayEquals(p.shift(), m.shift(), 1e-6f);
      }
    }
  }

  @Test
  void allKeysOfResnet18AreConsumed() throws Exception {
    assumeTrue(Files.exists(RESNET18), RESNET18 + " is absent: ResNet-18 is not converted");
    try (Checkpoint checkpoint = Checkpoint.open(RESNET18)) {
      assertEquals(249, checkpoint.stateDict().size());
    }
    PackedModel model = convert(RESNET18);
    assertEquals("resnet18", model.architecture());
    assertEquals(10_985_472, model.zeros().stream().mapToLong(LayerZeros::weights).sum());
  }

  @Test
  void theDescriptionBesideAForeignCheckpointSaysWhatDoesNotFit() throws Exception {
    Files.copy(
        FMNIST.resolve(ArchitectureChoice.BESIDE), folder.resolve(ArchitectureChoice.BESIDE));
    Path file = checkpoint("{'x': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}}");
    ConversionException e = assertThrows(ConversionException.class, () -> convert(file));
    assertTrue(e.getMessage().contains("do not fit the architecture sttn-fmnist"), e.getMessage());
  }

  @Test
  void theRecordedArchitectureSaysWhatDoesNotFit() throws Exception {
    Path file =
        checkpoint(
            "{'__metadata__': {'arch': 'resnet18_bwx2'},"
                + " 'x': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}}");
    ConversionException e = assertThrows(ConversionException.class, () -> convert(file));
    assertTrue(e.getMessage().contains("do not fit the architecture resnet18"), e.getMessage());
    assertEquals("1 unused (x)", e.problems().getLast());
  }

  @Test
  void anUnknownNetworkAsksForItsArchitecture() throws Exception {
    Path alone = Files.copy(FMNIST.resolve("checkpoint.pth.tar"), folder.resolve("renamed"));
    ArchitectureException e = assertThrows(ArchitectureException.class, () -> convert(alone));
    assertEquals(
        alone
            + ": no known architecture has its keys (its arch is 'sttn_fmnist_bwx2'): give one with"
            + " --arch, a built-in name ("
            + String.join(", ", BuiltInArchitectures.names())
            + ") or a JSON file, or put architecture.json beside"
            + " it",
        e.getMessage());
    ArchitectureException missing =
        assertThrows(ArchitectureException.class, () -> ArchitectureChoice.named("resnet19"));
    assertEquals(
        "resnet19: neither a file nor a built-in architecture ("
            + String.join(", ", BuiltInArchitectures.names())
            + ")",
        missing.getMessage());
  }

  /** A safetensors file of four zero bytes under this header. */
  private Path checkpoint(String header) throws Exception {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(folder.resolve("tiny.safetensors"), bytes.array());
  }

  /** What docs/pytorch/setun_torch.py wrote: nothing but the file itself says what it computes. */
  @Test
  void anExportFromPyTorchBringsItsArchitecture() throws Exception {
    Path pytorch = FMNIST.resolveSibling("pytorch");
    Path moved = Files.copy(pytorch.resolve("residual.safetensors"), folder.resolve("moved"));
    PackedModel model = convert(moved);
    assertEquals(List.of("a", "b", "c", "d", "e"), model.labels());
    assertEquals(2, model.zeros().size());
    try (Checkpoint io = Checkpoint.open(pytorch.resolve("io.safetensors"))) {
      float[] images = io.stateDict().tensor("input").toFloats();
      float[] expected = io.stateDict().tensor("logits").toFloats();
      float[] logits = new float[expected.length];
      Network.compile(model.graph()).session().run(images, logits, 3);
      assertArrayEquals(expected, logits, 1e-5f);
    }
  }

  @Test
  void aWrongArchitectureInsideACheckpointIsNamed() throws Exception {
    Path file = folder.resolve("model.safetensors");
    for (String wrong : List.of("{}", "no JSON", "")) {
      LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
      tensors.put("a", TensorData.ofFloats(new float[1], 1));
      Safetensors.write(file, tensors, Map.of("setun.architecture", wrong));
      String message = assertThrows(ArchitectureException.class, () -> convert(file)).getMessage();
      assertTrue(message.startsWith(file + ": setun.architecture: "), message);
      assertEquals(1, message.lines().count());
    }
  }
}
