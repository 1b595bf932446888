// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.DType;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.checkpoint.Tensor;
import org.setun.loader.checkpoint.TensorData;

class ModelExportTest {
  private static final Path FMNIST = Path.of(System.getProperty("setun.testdata"), "fmnist");

  @TempDir Path folder;

  /** Equal models give equal files, so equal files mean models equal to the bit. */
  private void assertComesBack(PackedModel model) throws Exception {
    Path exported = folder.resolve("model.safetensors");
    Path before = folder.resolve("before.setun");
    Path after = folder.resolve("after.setun");
    ModelExport.write(model, exported);
    ModelWriter.write(model, before);
    ModelWriter.write(Model.read(exported, LoadOptions.DEFAULT), after);
    assertEquals(-1, Files.mismatch(before, after));
  }

  @Test
  void everyLayerComesBackToTheBit() throws Exception {
    assertComesBack(TestModels.everyLayer());
  }

  @Test
  void theBundledNetworkComesBackToTheBit() throws Exception {
    assertComesBack(Model.convert(FMNIST.resolve("checkpoint.pth.tar"), LoadOptions.DEFAULT));
  }

  @Test
  void namesThatTheStateDictShortensComeBack() throws Exception {
    Layer affine =
        new Layer.Affine("module.module.a", "input", new float[] {Float.NaN}, new float[] {-0f});
    Layer prelu = new Layer.PRelu("module.a", affine.name(), new float[] {0.25f});
    PackedModel example = TestModels.example();
    assertComesBack(
        new PackedModel(
            example.architecture(),
            example.method(),
            example.source(),
            Optional.empty(),
            List.of(),
            new NetworkGraph(new Shape(1, 1, 1), List.of(affine, prelu))));
  }

  @Test
  void otherProgramsFindTheParametersByName() throws Exception {
    Path file = folder.resolve("tiny.safetensors");
    assertEquals(6, ModelExport.write(TestModels.example(), file));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StateDict tensors = checkpoint.stateDict();
      assertEquals(6, tensors.size());
      assertEquals(DType.I8, tensors.tensor("conv.trits").dtype());
      assertArrayEquals(new long[] {1, 2, 1, 1}, tensors.tensor("conv.trits").shape());
      assertArrayEquals(new byte[] {1, -1}, tensors.tensor("conv.trits").toBytes());
      assertArrayEquals(new byte[] {0, 1}, tensors.tensor("conv.negated").toBytes());
      assertArrayEquals(new float[] {-0.5f, -1}, tensors.tensor("conv.low").toFloats());
      assertArrayEquals(new float[] {0.5f, 2}, tensors.tensor("conv.high").toFloats());
      assertArrayEquals(new float[] {0.25f}, tensors.tensor("conv.scale").toFloats());
      assertArrayEquals(new float[] {-3}, tensors.tensor("conv.shift").toFloats());
    }
    ModelExport.write(TestModels.everyLayer(), file);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StateDict tensors = checkpoint.stateDict();
      assertArrayEquals(new long[] {2, 1, 2, 1}, tensors.tensor("stem.weights").shape());
      assertArrayEquals(new long[] {2, 12}, tensors.tensor("fc.weights").shape());
    }
  }

  @Test
  void aCheckpointIsNoExport() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(FMNIST.resolve("state_dict.safetensors"))) {
      assertFalse(ModelExport.isExport(checkpoint));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'low':'conv.low'|'low':'conv.high'|MALFORMED|refers to a tensor that is taken",
        "'low':'conv.low'|'low':'conv.none'|MISSING_TENSOR|'conv.none'",
        "'low':'conv.low'|'low':'conv.trits'|BAD_TENSOR|holds I8, not F32",
        "'trits':'conv.trits'|'trits':'conv.low'|MALFORMED|is taken",
        "'trits':'conv.trits'|'trits':'conv.scale'|BAD_TENSOR|holds F32, not I8",
        "'trits':'conv.trits'|'trits':'conv.negated'|MALFORMED|is taken",
        "'output_channels':1|'output_channels':2|BAD_TENSOR|has not the shape [2, 2, 1, 1]",
        "'pad':[0,0,0,0]|'pad':[20000,20000,0,0]|MALFORMED|more than 2^28 elements",
        "'sttn'|'sttn','x':1|MALFORMED|unknown field x",
        "{'architecture'|{{'architecture'|MALFORMED|line 1"
      })
  void aDescriptionThatDoesNotFitIsNamed(String from, String to, Kind kind, String expected)
      throws Exception {
    assertRefused(
        kind,
        expected,
        (tensors, metadata) -> {
          String description = metadata.get("setun_model");
          String before = from.replace('\'', '"');
          assertTrue(description.contains(before), description);
          metadata.put("setun_model", description.replace(before, to.replace('\'', '"')));
        });
  }

  @Test
  void tensorsAndMetadataThatDoNotFitAreNamed() throws Exception {
    assertRefused(
        Kind.BAD_TENSOR,
        "tensor 'more': is not referred to",
        (tensors, metadata) -> tensors.put("more", TensorData.ofBytes(new byte[1], 1)));
    assertRefused(
        Kind.MALFORMED,
        "value 2 at index 1 is not a trit",
        (tensors, metadata) ->
            tensors.put("conv.trits", TensorData.ofBytes(new byte[] {1, 2}, 1, 2, 1, 1)));
    assertRefused(
        Kind.MALFORMED,
        "flags of which one is 2",
        (tensors, metadata) ->
            tensors.put("conv.negated", TensorData.ofBytes(new byte[] {0, 2}, 2)));
    assertRefused(
        Kind.UNSUPPORTED,
        "its setun_export is not 1",
        (tensors, metadata) -> metadata.put("setun_export", "2"));
    assertRefused(
        Kind.MALFORMED,
        "without setun_model",
        (tensors, metadata) -> metadata.remove("setun_model"));
  }

  private interface Change {
    void apply(Map<String, TensorData> tensors, Map<String, String> metadata);
  }

  /** Exports the example, changes the file and reads it. */
  private void assertRefused(Kind kind, String expected, Change change) throws Exception {
    Path file = folder.resolve("changed.safetensors");
    ModelExport.write(TestModels.example(), file);
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    Map<String, String> metadata;
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      metadata = new LinkedHashMap<>(checkpoint.metadata());
      for (String name : checkpoint.stateDict().names()) {
        Tensor tensor = checkpoint.stateDict().tensor(name);
        tensors.put(
            name,
            tensor.dtype() == DType.I8
                ? TensorData.ofBytes(tensor.toBytes(), tensor.shape())
                : TensorData.ofFloats(tensor.toFloats(), tensor.shape()));
      }
    }
    change.apply(tensors, metadata);
    Safetensors.write(file, tensors, metadata);
    CheckpointException e = assertThrows(CheckpointException.class, () -> Model.load(file));
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
