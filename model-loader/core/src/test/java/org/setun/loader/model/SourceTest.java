// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;

class SourceTest {
  private static final Path FMNIST = Path.of(System.getProperty("setun.testdata"), "fmnist");

  @TempDir Path folder;

  private static String sha256(Path... files) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path file : files) {
      digest.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A file that is gone by the time it is asked for can be hashed by nobody who did not before. */
  @Test
  void aModelThatIsLoadedHashesNothing() throws Exception {
    Path file =
        Files.copy(FMNIST.resolve("checkpoint.pth.tar"), folder.resolve("checkpoint.pth.tar"));
    Files.copy(FMNIST.resolve("architecture.json"), folder.resolve("architecture.json"));
    Model model = Model.load(file);
    Source source = model.info().source();
    assertEquals("checkpoint.pth.tar", source.file());
    assertEquals(Files.size(file), source.bytes());
    byte[] content = Files.readAllBytes(file);
    FileTime modified = Files.getLastModifiedTime(file);
    Files.delete(file);
    assertThrows(UncheckedIOException.class, source::sha256);
    Files.write(file, content);
    Files.setLastModifiedTime(file, modified);
    assertEquals(sha256(file), source.sha256());
    Files.delete(file);
    assertEquals(64, source.sha256().length(), "it is kept");
  }

  @Test
  void aFileThatHasChangedIsNotHashed() throws Exception {
    Path file = folder.resolve("checkpoint.pth.tar");
    Files.copy(FMNIST.resolve("checkpoint.pth.tar"), file);
    Files.copy(FMNIST.resolve("architecture.json"), folder.resolve("architecture.json"));
    PackedModel model = Model.read(file, LoadOptions.DEFAULT);
    Files.write(file, new byte[10]);
    Path output = folder.resolve("out.setun");
    IOException e = assertThrows(IOException.class, () -> ModelWriter.write(model, output));
    assertTrue(e.getMessage().startsWith(file + ": has changed since it was read"), e.getMessage());
    assertTrue(Files.notExists(output));
  }

  private Path shard(String name, float value) throws Exception {
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(name, TensorData.ofFloats(new float[] {value}, 1));
    Path file = folder.resolve(name + ".safetensors");
    Safetensors.write(file, tensors);
    return file;
  }

  @Test
  void theHashOfAnIndexCoversItsShards() throws Exception {
    Path b = shard("b", 1);
    Path a = shard("a", 2);
    Path index =
        Files.writeString(
            folder.resolve("net.safetensors.index.json"),
            """
            {"weight_map": {"b": "b.safetensors", "a": "a.safetensors"}}
            """);
    String before;
    try (Checkpoint checkpoint = Checkpoint.open(index)) {
      assertEquals(2, checkpoint.shards().size());
      Source source = Source.of(checkpoint);
      before = source.sha256();
      assertEquals(sha256(index, a, b), before);
      assertEquals(Files.size(index) + Files.size(a) + Files.size(b), source.bytes());
      assertEquals(source, Source.of(index, List.of(a, b, a)));
      assertNotEquals(source, Source.of(index));
    }
    shard("a", 3);
    try (Checkpoint checkpoint = Checkpoint.open(index)) {
      assertNotEquals(before, Source.of(checkpoint).sha256());
    }
  }
}
