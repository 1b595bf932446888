// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.setun.loader.checkpoint.TestFiles.assertRefused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.setun.loader.checkpoint.CheckpointException.Kind;

class SafetensorsTest {
  @TempDir Path folder;

  private static byte[] content(String header, int dataBytes) {
    byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + utf8.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(utf8.length)
        .put(utf8)
        .array();
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(folder.resolve("file"), content);
  }

  @Test
  void whatIsWrittenReadsBack() throws Exception {
    float[] weights = new float[50_000]; // more than a write buffer
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i - 0.5f;
    }
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("trits \"ü\"", TensorData.ofBytes(new byte[] {-1, 0, 1}, 3));
    tensors.put("weights", TensorData.ofFloats(weights, 5, 10_000));
    tensors.put("scalar", TensorData.ofFloats(new float[] {7}));
    tensors.put("none", TensorData.ofFloats(new float[0], 0, 4));
    Path path = folder.resolve("out.bin");
    Files.writeString(path, "what was there before");
    Safetensors.write(path, tensors);

    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      StateDict dict = checkpoint.stateDict();
      assertEquals(tensors.keySet(), dict.names());
      assertArrayEquals(weights, dict.tensor("weights").toFloats());
      assertArrayEquals(new long[] {5, 10_000}, dict.tensor("weights").shape());
      assertArrayEquals(new long[] {-1, 0, 1}, dict.tensor("trits \"ü\"").toLongs());
      assertEquals(DType.I8, dict.tensor("trits \"ü\"").dtype());
      assertArrayEquals(new float[] {7}, dict.tensor("scalar").toFloats());
      assertEquals(0, dict.tensor("none").toFloats().length);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList(), "the temporary file is gone");
    }
  }

  @Test
  void aFailedWriteLeavesNothingBehind() throws Exception {
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("a", TensorData.ofFloats(new float[] {1}, 1));
    Path target = Files.createDirectories(folder.resolve("directory/occupied")).getParent();
    assertThrows(IOException.class, () -> Safetensors.write(target, tensors));
    assertThrows(
        IOException.class, () -> Safetensors.write(folder.resolve("absent/file"), tensors));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(target), files.toList());
    }
    tensors.put("__metadata__", TensorData.ofFloats(new float[] {1}, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Safetensors.write(folder.resolve("x"), tensors));
    assertThrows(IllegalArgumentException.class, () -> TensorData.ofFloats(new float[5], 2, 3));
  }

  @Test
  void keysLoseTheirParallelPrefixOnlyWhenAllHaveIt() throws Exception {
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("module.a", TensorData.ofFloats(new float[] {1}, 1));
    tensors.put("module.module.b", TensorData.ofFloats(new float[] {2}, 1));
    Path path = folder.resolve("file");
    Safetensors.write(path, tensors);
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      assertEquals(List.of("a", "module.b"), List.copyOf(checkpoint.stateDict().names()));
      assertEquals("a", checkpoint.stateDict().tensor("a").name());
    }
    tensors.put("modulec", TensorData.ofFloats(new float[] {3}, 1));
    Safetensors.write(path, tensors);
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      assertEquals(tensors.keySet(), checkpoint.stateDict().names());
    }
  }

  @Test
  void metadataAndPaddingAreRead() throws Exception {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},\"a\":" + entry("F16", "1,2", 0, 4) + "}  ";
    try (Checkpoint checkpoint = Checkpoint.open(write(content(header, 4)))) {
      assertEquals(Map.of("format", "pt"), checkpoint.metadata());
      assertEquals("a F16[1, 2]", checkpoint.stateDict().tensor("a").toString());
    }
  }

  @Test
  void aHeaderWhoseLengthLooksLikeAPickleIsRead() throws Exception {
    String header = header(entry("F32", "2", 0, 8));
    byte[] content = content(header + " ".repeat(0x80 - header.length()), 8);
    assertEquals((byte) 0x80, content[0]);
    TestFiles.readFully(write(content));
  }

  @Test
  void aFileLargerThanTheHeapIsMappedNotRead() throws Exception {
    long hole = 5L << 30; // beyond 32-bit offsets, and sparse: takes no disk
    String header =
        header(entry("U8", Long.toString(hole), 0, hole), entry("F32", "2", hole, hole + 8));
    Path path = write(content(header, 0));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(last.putFloat(1).putFloat(-3).flip(), channel.size() + hole);
    }
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      assertArrayEquals(new float[] {1, -3}, checkpoint.stateDict().tensor("t1").toFloats());
      Tensor huge = checkpoint.stateDict().tensor("t0");
      assertEquals(hole, huge.byteSize());
      CheckpointException e = assertThrows(CheckpointException.class, huge::toFloats);
      assertEquals(Kind.UNSUPPORTED, e.kind());
    }
  }

  private static String entry(String dtype, String shape, long begin, long end) {
    return "{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
        .formatted(dtype, shape, begin, end);
  }

  private static String header(String... entries) {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < entries.length; i++) {
      header.append(i == 0 ? "" : ",").append("\"t").append(i).append("\":").append(entries[i]);
    }
    return header.append('}').toString();
  }

  static Stream<Arguments> badHeaders() {
    String good = entry("F32", "2", 0, 8);
    return Stream.of(
        malformed("a name twice", "{\"a\":" + good + ",\"a\":" + good + "}"),
        malformed("a field twice", header(good.replace("{", "{\"dtype\":\"F32\","))),
        malformed("overlap", header(good, entry("F32", "1", 4, 8))),
        malformed("a hole", header(entry("F32", "1", 4, 8))),
        malformed("bytes that belong to none", header(entry("F32", "1", 0, 4))),
        malformed("an end before its begin", header(entry("F32", "2", 8, 0), good)),
        malformed("a negative extent", header(entry("F32", "-2", 0, 8))),
        malformed("a negative offset", header(entry("F32", "2", -8, 8))),
        malformed("65 dimensions", header(entry("F32", "1,".repeat(64) + "2", 0, 8))),
        malformed("three offsets", header(good.replace("[0,8]", "[0,8,8]"))),
        malformed("one offset", header(good.replace("[0,8]", "[8]"))),
        malformed("a number beyond 64 bits", header(good.replace("[2]", "[18446744073709551618]"))),
        malformed("a fraction", header(good.replace("[2]", "[2.0]"))),
        malformed("a shape of text", header(good.replace("[2]", "\"2\""))),
        malformed("a field too many", header(good.replace("}", ",\"x\":1}"))),
        malformed("a field too few", header("{\"dtype\":\"F32\",\"shape\":[2]}")),
        malformed("an entry that is none", header("[]")),
        malformed("nesting", header("[".repeat(100_000))),
        malformed("text after the header", header(good) + "x"),
        malformed("a second header", header(good) + header(good)),
        malformed("no closing brace", "{"),
        malformed("no JSON", "{a}"),
        malformed("metadata that is no text", "{\"__metadata__\":{\"a\":1},\"b\":" + good + "}"),
        malformed("bytes that are not UTF-8", "{\"\0"),
        arguments("data past the end", Kind.TRUNCATED, header(entry("F32", "4", 0, 16))),
        arguments("a shape too small", Kind.BAD_TENSOR, header(entry("F32", "1", 0, 8))),
        arguments(
            "a shape that wraps to 8",
            Kind.BAD_TENSOR,
            header(entry("U8", "8,4294967297,4294967295", 0, 8))),
        arguments(
            "half an element",
            Kind.BAD_TENSOR,
            header(entry("F64", "0", 0, 4), entry("U8", "4", 4, 8))));
  }

  private static Arguments malformed(String what, String header) {
    return arguments(what, Kind.MALFORMED, header);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badHeaders")
  void badHeadersAreRefused(String what, Kind kind, String header) throws Exception {
    assertRefused(kind, write(content(header, 8)));
  }

  @Test
  void theMessageSaysWhereAndWhat() throws Exception {
    Path file = write(content("{\n\"a\":[]}", 0));
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(file).close());
    assertEquals(file + ": bad header: 'line 2: a list where an object belongs'", e.getMessage());
  }

  @Test
  void aTypeThatIsNotReadMattersOnlyWhereItIsNeeded() throws Exception {
    String header =
        "{\"a.odd\":%s,\"a.b\":%s}"
            .formatted(entry("F8_E4M3", "8", 0, 8), entry("I16", "1", 8, 10));
    try (Checkpoint checkpoint = Checkpoint.open(write(content(header, 10)))) {
      StateDict dict = checkpoint.stateDict();
      assertArrayEquals(new long[1], dict.tensor("a.b").toLongs());
      TestFiles.assertUnreadable(dict, "a.odd", "element type 'F8_E4M3'");
    }
  }

  @Test
  void aFileCutAnywhereIsRefused() throws Exception {
    byte[] whole = content(header(entry("F32", "2", 0, 8), entry("I16", "3", 8, 14)), 14);
    TestFiles.assertRefusedWhenCut(
        folder.resolve("file"),
        whole,
        length -> length <= Long.BYTES ? Kind.NOT_A_CHECKPOINT : Kind.TRUNCATED);
  }

  @Test
  void aFileWithOneByteChangedReadsOrIsRefused() throws Exception {
    byte[] whole = content(header(entry("F32", "2", 0, 8), entry("I16", "3", 8, 14)), 14);
    int refused =
        TestFiles.refusedWithOneByteChanged(folder.resolve("file"), whole, 1, 2, 16, 0x80, 0xFF);
    assertTrue(refused > whole.length, () -> refused + " of " + 5 * whole.length);
  }

  @Test
  void anAbsurdHeaderLengthAllocatesNothing() throws Exception {
    byte[] whole = content("{}", 0);
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
    assertRefused(Kind.NOT_A_CHECKPOINT, write(whole));
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(Safetensors.MOST_HEADER_BYTES);
    assertRefused(Kind.TRUNCATED, write(whole));
  }
}
