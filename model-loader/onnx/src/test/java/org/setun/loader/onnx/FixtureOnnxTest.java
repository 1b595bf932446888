// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.Evaluation;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.data.IdxFile;
import org.setun.loader.model.PackedModel;

/** The bundled network as PyTorch exported it: the same as from its checkpoint. */
class FixtureOnnxTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final Path ONNX = TESTDATA.resolve("fmnist/merged.onnx");

  @TempDir Path folder;

  private static List<TernaryConvolution> ternaryLayers(NetworkGraph graph) {
    return graph.layers().stream()
        .filter(TernaryConvolution.class::isInstance)
        .map(TernaryConvolution.class::cast)
        .toList();
  }

  private static PackedModel checkpoint() throws Exception {
    return Model.convert(TESTDATA.resolve("fmnist/checkpoint.pth.tar"), LoadOptions.DEFAULT);
  }

  @Test
  void tritsAndThresholdsAreThoseOfTheCheckpoint() throws Exception {
    PackedModel model = Model.convert(ONNX, LoadOptions.DEFAULT);
    List<TernaryConvolution> expected = ternaryLayers(checkpoint().graph());
    List<TernaryConvolution> actual = ternaryLayers(model.graph());
    assertEquals(6, actual.size());
    for (int i = 0; i < expected.size(); i++) {
      TernaryConvolution e = expected.get(i);
      TernaryConvolution a = actual.get(i);
      assertArrayEquals(e.kernel().signPlane(), a.kernel().signPlane());
      assertArrayEquals(e.kernel().nonzeroPlane(), a.kernel().nonzeroPlane());
      assertArrayEquals(e.thresholds().low(), a.thresholds().low());
      assertArrayEquals(e.thresholds().high(), a.thresholds().high());
      assertArrayEquals(e.thresholds().negated(), a.thresholds().negated());
      assertArrayEquals(e.scale(), a.scale(), 1e-6f);
      assertArrayEquals(e.shift(), a.shift(), 1e-6f);
    }
    assertEquals("merged.onnx", model.source().file());
    assertEquals(checkpoint().labels(), model.labels());
    assertEquals(checkpoint().preprocessing(), model.preprocessing());
  }

  @Test
  @Tag("end-to-end")
  void all10000PredictionsAreThoseOfTheCheckpoint() throws Exception {
    IdxFile images = IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"));
    int[] expected = Evaluation.predict(Model.of(checkpoint()), images, 2, _ -> {});
    assertArrayEquals(expected, Evaluation.predict(Model.load(ONNX), images, 2, _ -> {}));
  }

  /** Pictures and labels need no layers said twice; for a checkpoint they are missing. */
  @Test
  void aDescriptionWithoutLayersGivesPicturesAndLabels() throws Exception {
    Path alone = Files.copy(ONNX, folder.resolve("alone.onnx"));
    Files.writeString(
        folder.resolve("architecture.json"),
        """
        {"name": "images", "input": [1, 32, 32], "labels": ["a","b","c","d","e","f","g","h","i","j"],
         "preprocessing": {"resize": 28, "pad": 2, "mean": [0.3], "std": [0.35]}}
        """);
    PackedModel model = Model.convert(alone, LoadOptions.DEFAULT);
    assertTrue(model.preprocessing().isPresent());
    assertEquals("j", model.labels().getLast());
    Path checkpoint =
        Files.copy(
            TESTDATA.resolve("fmnist/checkpoint.pth.tar"), folder.resolve("checkpoint.pth.tar"));
    ConversionException e =
        assertThrows(
            ConversionException.class, () -> Model.convert(checkpoint, LoadOptions.DEFAULT));
    assertTrue(
        e.getMessage().endsWith("it has no layers, which only an ONNX model brings with it"),
        e.getMessage());
  }

  @Test
  void aloneItRunsOnTensorsUnlessAnArchitectureGivesItsImages() throws Exception {
    Path alone = Files.copy(ONNX, folder.resolve("alone.onnx"));
    assertEquals(Optional.empty(), Model.convert(alone, LoadOptions.DEFAULT).preprocessing());
    LoadOptions described =
        new LoadOptions(
            Optional.of(TESTDATA.resolve("fmnist/architecture.json").toString()),
            LoadOptions.DEFAULT.methods());
    assertEquals(10, Model.convert(alone, described).labels().size());
    LoadOptions other = new LoadOptions(Optional.of("resnet18"), LoadOptions.DEFAULT.methods());
    ConversionException e =
        assertThrows(ConversionException.class, () -> Model.convert(alone, other));
    assertTrue(e.getMessage().contains("cannot be converted"), e.getMessage());
  }
}
