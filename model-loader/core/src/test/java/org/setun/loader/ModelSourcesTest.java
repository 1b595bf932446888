// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.model.ModelExport;
import org.setun.loader.model.ModelFormatException;
import org.setun.loader.model.ModelFormatException.Kind;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;

/** Models that are no files of the default file system. */
class ModelSourcesTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final LoadOptions FMNIST =
      new LoadOptions(
          Optional.of(TESTDATA.resolve("fmnist/architecture.json").toString()),
          LoadOptions.DEFAULT.methods());

  @TempDir Path folder;

  private static float[] outputs(Model model) {
    float[] input = new float[model.network().inputShape().size()];
    Random random = new Random(5);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    float[] outputs = new float[model.network().outputShape().size()];
    model.network().session().run(input, outputs, 1);
    return outputs;
  }

  private Path file(String kind) throws IOException {
    Path checkpoint = TESTDATA.resolve("fmnist/checkpoint.pth.tar");
    Path file = folder.resolve("model");
    PackedModel packed = Model.read(checkpoint, FMNIST);
    switch (kind) {
      case "packed" -> ModelWriter.write(packed, file);
      case "export" -> ModelExport.write(packed, file);
      default -> Files.copy(checkpoint, file);
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"packed", "export", "checkpoint"})
  void everyKindReadsAsTheFileDoes(String kind) throws Exception {
    Path file = file(kind);
    LoadOptions options = kind.equals("checkpoint") ? FMNIST : LoadOptions.DEFAULT;
    Model expected = Model.load(file, options);
    byte[] bytes = Files.readAllBytes(file);
    assertSame(expected, Model.load("model", MemorySegment.ofArray(bytes), options));
    assertSame(expected, Model.load("model", new ByteArrayInputStream(bytes), options));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(bytes.length + 1).asSlice(1);
      segment.copyFrom(MemorySegment.ofArray(bytes));
      assertSame(expected, Model.load("model", segment, options));
    }
    Path zip = folder.resolve("files.zip");
    try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path path = inside.getPath("/model");
      Files.write(path, bytes);
      assertSame(expected, Model.load(path, options));
    }
  }

  private static void assertSame(Model expected, Model actual) {
    assertEquals(expected.info(), actual.info());
    assertArrayEquals(outputs(expected), outputs(actual));
  }

  @Test
  void aPackedModelThatIsCutIsNamed() throws Exception {
    byte[] bytes = Files.readAllBytes(file("packed"));
    MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(bytes, bytes.length - 1));
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> Model.load("net", cut, LoadOptions.DEFAULT));
    assertEquals(Kind.TRUNCATED, e.kind());
    assertTrue(e.getMessage().startsWith("net: "), e.getMessage());
    bytes[bytes.length - 1] ^= 1;
    MemorySegment changed = MemorySegment.ofArray(bytes);
    e =
        assertThrows(
            ModelFormatException.class, () -> Model.load("net", changed, LoadOptions.DEFAULT));
    assertEquals(Kind.CHECKSUM, e.kind());
  }

  @Test
  void whatIsNoModelAndAStreamThatFailsAreNamed() {
    MemorySegment text = MemorySegment.ofArray("hello".getBytes());
    IOException e =
        assertThrows(CheckpointException.class, () -> Model.load("net", text, LoadOptions.DEFAULT));
    assertTrue(e.getMessage().startsWith("net: not a checkpoint"), e.getMessage());
    MemorySegment none = MemorySegment.ofArray(new byte[0]);
    assertThrows(CheckpointException.class, () -> Model.load("net", none, LoadOptions.DEFAULT));
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the line is dead");
          }
        };
    e = assertThrows(IOException.class, () -> Model.load("net", broken, LoadOptions.DEFAULT));
    assertEquals("net: cannot be read: the line is dead", e.getMessage());
  }
}
