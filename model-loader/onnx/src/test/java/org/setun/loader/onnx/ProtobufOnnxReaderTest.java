// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.Network;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.arch.ArchitectureException;
import org.setun.loader.convert.ArchitectureChoice;

/** The loader finds this module's reader. */
class ProtobufOnnxReaderTest {
  private static final Path ONNX =
      Path.of(System.getProperty("setun.testdata"), "onnx/cases/pools/model.onnx");

  @TempDir Path folder;

  private static float[] outputs(Network network) {
    float[] input = new float[network.inputShape().size()];
    Random random = new Random(5);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    float[] outputs = new float[network.outputShape().size()];
    network.session().run(input, outputs, 1);
    return outputs;
  }

  @Test
  void everyEntranceReadsAsTheConverterDoes() throws Exception {
    float[] expected = outputs(Model.of(OnnxConverter.convert(ONNX, Optional.empty())).network());
    assertArrayEquals(expected, outputs(Model.load(ONNX).network()));
    assertArrayEquals(expected, outputs(Network.load(ONNX)));
    byte[] bytes = Files.readAllBytes(ONNX);
    LoadOptions options = LoadOptions.DEFAULT;
    assertArrayEquals(
        expected, outputs(Model.load("model", MemorySegment.ofArray(bytes), options).network()));
    assertArrayEquals(
        expected, outputs(Model.load("model", new ByteArrayInputStream(bytes), options).network()));
    Path zip = folder.resolve("files.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path inside = Files.copy(ONNX, files.getPath("model.onnx"));
      assertArrayEquals(expected, outputs(Model.load(inside).network()));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aPipeBesideTheModelIsRefused() throws Exception {
    Path model = Files.copy(ONNX, folder.resolve("model.onnx"));
    Path beside = folder.resolve(ArchitectureChoice.BESIDE);
    assertEquals(0, new ProcessBuilder("mkfifo", beside.toString()).start().waitFor());
    ArchitectureException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(ArchitectureException.class, () -> Model.load(model)));
    assertEquals(
        beside + ": not a regular file: remove it, or name an architecture with --arch",
        e.getMessage());
  }
}
