// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.setun.loader.checkpoint.TestFiles.assertRefused;
import static org.setun.loader.checkpoint.TestFiles.testdata;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Tensors a and c in one file, b in another, and the index over both. */
class SafetensorsIndexTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  @BeforeEach
  void writeShards() throws Exception {
    LinkedHashMap<String, TensorData> first = new LinkedHashMap<>();
    first.put("module.a", TensorData.ofFloats(new float[] {1, 2}, 2));
    first.put("module.c", TensorData.ofFloats(new float[] {5}, 1));
    Safetensors.write(folder.resolve(FIRST), first);
    LinkedHashMap<String, TensorData> second = new LinkedHashMap<>();
    second.put("module.b", TensorData.ofBytes(new byte[] {3, 4}, 2));
    Safetensors.write(folder.resolve(SECOND), second);
  }

  private Path index(String weightMap) throws Exception {
    String json = "{\"metadata\":{\"total_size\":14,\"more\":[[]]},\"weight_map\":%s}";
    return Files.writeString(folder.resolve("index"), json.formatted(weightMap));
  }

  @Test
  void shardsMakeOneStateDictInTheOrderOfTheIndex() throws Exception {
    Path index =
        index(
            "{\"module.c\":\"%s\",\"module.b\":\"%s\",\"module.a\":\"%s\"}"
                .formatted(FIRST, SECOND, FIRST));
    Checkpoint checkpoint = Checkpoint.open(index);
    StateDict dict = checkpoint.stateDict();
    try (checkpoint) {
      assertEquals("safetensors", checkpoint.format());
      assertEquals(Map.of("total_size", "14"), checkpoint.metadata());
      assertEquals(List.of("c", "b", "a"), List.copyOf(dict.names()));
      assertArrayEquals(new float[] {1, 2}, dict.tensor("a").toFloats());
      assertArrayEquals(new long[] {3, 4}, dict.tensor("b").toLongs());
    }
    // Closing the checkpoint closes the shards too.
    assertThrows(IllegalStateException.class, dict.tensor("b")::toFloats);
  }

  @Test
  void aTypeThatIsNotReadMattersOnlyWhereItIsNeeded() throws Exception {
    Path shard = folder.resolve(FIRST);
    Files.write(
        shard,
        new String(Files.readAllBytes(shard), ISO_8859_1)
            .replace("\"F32\",\"shape\":[1]", "\"F_9\",\"shape\":[1]")
            .getBytes(ISO_8859_1));
    Path index = index("{\"module.c\":\"%s\",\"module.a\":\"%s\"}".formatted(FIRST, FIRST));
    try (Checkpoint checkpoint = Checkpoint.open(index)) {
      StateDict dict = checkpoint.stateDict();
      assertArrayEquals(new float[] {1, 2}, dict.tensor("a").toFloats());
      TestFiles.assertUnreadable(dict, "c", "element type 'F_9'");
    }
  }

  @Test
  void shardsThatLackATensorOrAreNoneAreRefused() throws Exception {
    CheckpointException e =
        assertRefused(Kind.MALFORMED, index("{\"module.b\":\"%s\"}".formatted(FIRST)));
    assertEquals("module.b", e.tensor());
    Files.writeString(folder.resolve("text"), "this is no safetensors file");
    Path index = index("{\"a\":\"text\"}");
    e = assertThrows(CheckpointException.class, () -> Checkpoint.open(index));
    assertEquals(Kind.NOT_A_CHECKPOINT, e.kind());
    assertEquals(folder.resolve("text"), e.file());
    index("{\"a\":\"absent\"}");
    e = assertThrows(CheckpointException.class, () -> Checkpoint.open(index));
    assertEquals(Kind.UNREADABLE, e.kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../" + FIRST, "/etc/passwd", "a\\\\b", ".", "..", "", "\\u0000"})
  void filesElsewhereAreNotOpened(String name) throws Exception {
    assertRefused(Kind.MALFORMED, index("{\"a\":\"%s\"}".formatted(name)));
  }

  @Test
  void otherJsonIsNoCheckpoint() throws Exception {
    assertRefused(Kind.NOT_A_CHECKPOINT, testdata("fmnist/expected.json"));
    assertRefused(Kind.NOT_A_CHECKPOINT, testdata("fmnist/architecture.json"));
    assertRefused(Kind.MALFORMED, index("[]"));
    assertRefused(Kind.MALFORMED, index("{\"a\":7}"));
    assertRefused(Kind.MALFORMED, Files.writeString(folder.resolve("cut"), "{\"weight_map\":"));
  }
}
