// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.checkpoint.TestFiles.testdata;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.model.PackedModel;

/** Checkpoints that are no files of the default file system. */
class CheckpointSourcesTest {
  private static final Optional<String> ONLY = Optional.empty();

  @TempDir Path folder;

  /** Opens the bytes and compares them with the file. */
  private static void assertSame(Path file, Checkpoint opened) throws Exception {
    try (Checkpoint expected = Checkpoint.open(file);
        Checkpoint actual = opened) {
      assertEquals(expected.format(), actual.format());
      assertEquals(expected.stateDict().names(), actual.stateDict().names());
      assertEquals(expected.byteSize(), actual.byteSize());
      assertEquals(expected.sha256(), actual.sha256());
      for (String name : expected.stateDict().names()) {
        assertArrayEquals(
            expected.stateDict().tensor(name).toFloats(),
            actual.stateDict().tensor(name).toFloats(),
            name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch-odd/views-and-types.pt",
        "torch-odd/views-and-types-legacy.pt",
        "torch-files/y-deflated.pth",
        "torch-files/made-numpy-protocol5.pth",
        "torch-files/made-plain-pickle.pkl",
        "fmnist/state_dict.safetensors",
        "fmnist/state_dict.npz",
      })
  void bytesOfEveryFormatReadAsTheFileDoes(String name) throws Exception {
    Path file = testdata(name);
    byte[] bytes = Files.readAllBytes(file);
    assertSame(file, Checkpoint.open("array", bytes, ONLY));
    assertSame(file, Checkpoint.open("stream", new ByteArrayInputStream(bytes), ONLY));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(bytes.length + 1).asSlice(1);
      segment.copyFrom(MemorySegment.ofArray(bytes));
      assertSame(file, Checkpoint.open("segment", segment, ONLY));
    }
    Path zip = folder.resolve("files.zip");
    try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path path = inside.getPath("/checkpoint");
      Files.write(path, bytes);
      assertSame(file, Checkpoint.open(path));
    }
  }

  @Test
  void aModelIsConvertedFromAStream() throws Exception {
    Path file = testdata("fmnist/checkpoint.pth.tar");
    LoadOptions options =
        new LoadOptions(
            Optional.of(testdata("fmnist/architecture.json").toString()),
            LoadOptions.DEFAULT.methods());
    PackedModel expected = Model.convert(file, options);
    try (InputStream in = Files.newInputStream(file);
        Checkpoint checkpoint = Checkpoint.open("checkpoint.pth.tar", in, ONLY)) {
      assertFalse(checkpoint.isFile());
      PackedModel actual = Model.convert(checkpoint, options);
      assertEquals(expected.source(), actual.source());
      assertEquals(expected.zeros(), actual.zeros());
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Checkpoint.open("name", text, ONLY));
    assertEquals(Kind.NOT_A_CHECKPOINT, e.kind());
    assertTrue(e.getMessage().startsWith("name: not a checkpoint"), e.getMessage());

    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the line is dead");
          }
        };
    e = assertThrows(CheckpointException.class, () -> Checkpoint.open("name", broken, ONLY));
    assertEquals("name: cannot be read: the line is dead", e.getMessage());

    byte[] index = "{\"weight_map\":{\"a\":\"1.safetensors\"}}".getBytes(StandardCharsets.UTF_8);
    e = assertThrows(CheckpointException.class, () -> Checkpoint.open("name", index, ONLY));
    assertEquals(Kind.UNSUPPORTED, e.kind());
  }
}
