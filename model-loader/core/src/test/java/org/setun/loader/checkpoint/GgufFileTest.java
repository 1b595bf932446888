// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.setun.loader.testing.GgufWriter.i32;
import static org.setun.loader.testing.GgufWriter.i64;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.kernels.TernaryMatrix;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.matrix.ScalePer;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.matrix.TernaryBlocks;
import org.setun.loader.testing.GgufWriter;

class GgufFileTest {
  private static final int F32 = 0;
  private static final int U8 = 0;
  private static final int U32 = 4;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int TQ1_0 = 34;

  @TempDir Path folder;

  private Path write(byte[] content) throws Exception {
    return Files.write(folder.resolve("model.gguf"), content);
  }

  /** 2 × 512 trits, four blocks. */
  private static ScaledMatrix matrix() {
    byte[] trits = new byte[1024];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) ((i * i + i / 7) % 3 - 1);
    }
    return ScaledMatrix.of(
        TernaryMatrix.ofTrits(trits, 2, 512), ScalePer.BLOCK, 0.5f, -1, 2, 0.25f);
  }

  private static byte[] floats(float... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (float value : values) {
      out.writeBytes(i32(Float.floatToIntBits(value)));
    }
    return out.toByteArray();
  }

  private static GgufWriter sound() {
    return new GgufWriter()
        .entry("general.architecture", "bitnet")
        .entry("general.name", "Small ü")
        .tensor("norm", F32, floats(1, -2, 3), 3)
        .tensor("blk.0.q", TQ1_0, TernaryBlocks.TQ1_0.encode(matrix()), 512, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void tablesAreRead(int version) throws Exception {
    Path path = write(sound().version(version).toBytes());
    assertTrue(GgufFile.isGguf(path));
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(version, file.version());
      assertEquals(32, file.alignment());
      assertEquals(
          Map.of("general.architecture", "bitnet", "general.name", "Small ü"), file.metadata());
      List<GgufTensor> tensors = file.tensors();
      assertEquals(List.of("norm", "blk.0.q"), tensors.stream().map(GgufTensor::name).toList());
      GgufTensor q = tensors.getLast();
      assertEquals(Optional.of(GgufType.TQ1_0), q.type());
      assertEquals(List.of(2L, 512L), q.shape());
      assertEquals(OptionalLong.of(4 * 54), q.byteSize());
      assertEquals(file.byteSize(), q.offset() + 4 * 54);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ternaryTensorsAreUnpacked(TernaryBlocks form) throws Exception {
    int code = form == TernaryBlocks.TQ1_0 ? 34 : 35;
    Path path = write(new GgufWriter().tensor("a", code, form.encode(matrix()), 512, 2).toBytes());
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(matrix(), file.matrix("a"));
    }
  }

  @Test
  void plainTensorsAreRead() throws Exception {
    byte[] halves = {0, 0x3c, 0, (byte) 0xc0};
    Path path =
        write(sound().tensor("half", 1, halves, 1, 2).tensor("scalar", F32, floats(7)).toBytes());
    try (GgufFile file = GgufFile.open(path)) {
      assertArrayEquals(new float[] {1, -2, 3}, file.plain("norm").toFloats());
      assertArrayEquals(new float[] {1, -2}, file.plain("half").toFloats());
      assertArrayEquals(new long[] {2, 1}, file.plain("half").shape());
      assertArrayEquals(new float[] {7}, file.plain("scalar").toFloats());
      assertRefused(Kind.UNSUPPORTED, "holds TQ1_0, not numbers", () -> file.plain("blk.0.q"));
    }
  }

  @Test
  void metadataOfAllTypesAreRead() throws Exception {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    strings.writeBytes(i32(STRING));
    strings.writeBytes(i64(2));
    strings.writeBytes(i64(1));
    strings.write('x');
    strings.writeBytes(i64(0));
    ByteArrayOutputStream nested = new ByteArrayOutputStream();
    nested.writeBytes(i32(ARRAY));
    nested.writeBytes(i64(1));
    nested.writeBytes(i32(3));
    nested.writeBytes(i64(2));
    nested.writeBytes(new byte[4]);
    byte[] minus = {-1, -1, -1, -1, -1, -1, -1, -1};
    Path path =
        write(
            new GgufWriter()
                .entry("u8", U8, (byte) -1)
                .entry("i8", 1, (byte) -1)
                .entry("u16", 2, (byte) -1, (byte) -1)
                .entry("i16", 3, (byte) -1, (byte) -1)
                .entry("u32", U32, i32(-1))
                .entry("i32", 5, i32(-1))
                .entry("f32", 6, floats(0.5f))
                .entry("bool", 7, (byte) 1)
                .entry("u64", 10, minus)
                .entry("i64", 11, minus)
                .entry("f64", 12, i64(Double.doubleToLongBits(0.1)))
                .entry("strings", ARRAY, strings.toByteArray())
                .entry("nested", ARRAY, nested.toByteArray())
                .entry("long", "y".repeat(1025))
                .alignment(64)
                .tensor("t", F32, floats(5), 1)
                .toBytes());
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(
          List.of(
              "255",
              "-1",
              "65535",
              "-1",
              "4294967295",
              "-1",
              "0.5",
              "true",
              "18446744073709551615",
              "-1",
              "0.1",
              "an array of 2 string",
              "an array of 1 array",
              "a text of 1025 bytes",
              "64"),
          List.copyOf(file.metadata().values()));
      assertEquals(64, file.alignment());
      assertEquals(0, file.tensor("t").offset() % 64);
      assertArrayEquals(new float[] {5}, file.plain("t").toFloats());
    }
  }

  /** Sizes of ggml's blocks: those that hold 4.5, 6.5625 and 4.25 bits an element, and so on. */
  @Test
  void typesHaveTheSizesOfGgml() {
    Map<GgufType, Double> bits =
        Map.of(
            GgufType.Q4_0, 4.5,
            GgufType.Q8_0, 8.5,
            GgufType.Q4_K, 4.5,
            GgufType.Q6_K, 6.5625,
            GgufType.IQ2_XXS, 2.0625,
            GgufType.IQ1_M, 1.75,
            GgufType.MXFP4, 4.25,
            GgufType.TQ1_0, 1.6875,
            GgufType.TQ2_0, 2.0625,
            GgufType.BF16, 16.0);
    bits.forEach(
        (type, expected) ->
            assertEquals(expected, 8.0 * type.blockBytes() / type.blockElements(), type.name()));
  }

  @Test
  void otherTypesAreListedAndRefused() throws Exception {
    Path path =
        write(
            sound().tensor("q4", 2, new byte[18], 32, 1).tensorAt("own", 36, 0, 128, 2).toBytes());
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals("Q4_0", file.tensor("q4").typeName());
      assertEquals("type 36", file.tensor("own").typeName());
      assertEquals(OptionalLong.empty(), file.tensor("own").byteSize());
      assertRefused(
          Kind.UNSUPPORTED,
          "tensor 'q4': holds Q4_0, which is not ternary; TQ1_0 and TQ2_0 are read",
          () -> file.matrix("q4"));
      assertRefused(Kind.UNSUPPORTED, "holds type 36, which", () -> file.matrix("own"));
    }
  }

  @Test
  void aMissingTensorNamesTheNearest() throws Exception {
    GgufWriter writer = new GgufWriter();
    for (int i = 0; i < 7; i++) {
      writer.tensor("blk." + i + ".attn_q.weight", F32, floats(1), 1);
    }
    Path path = write(writer.tensor("output", F32, floats(1), 1).toBytes());
    try (GgufFile file = GgufFile.open(path)) {
      assertRefused(
          Kind.MISSING_TENSOR,
          "tensor 'blk.6.attn_k': not among the 8 tensors; near it are 'blk.6.attn_q.weight',"
              + " 'blk.0.attn_q.weight', 'blk.1.attn_q.weight', 'blk.2.attn_q.weight',"
              + " 'blk.3.attn_q.weight'",
          () -> file.matrix("blk.6.attn_k"));
    }
  }

  @Test
  void matricesThatAreNoneAreRefused() throws Exception {
    byte[] three = new byte[66];
    three[5] = 12;
    Path path =
        write(
            new GgufWriter()
                .tensor("cube", TQ1_0, new byte[108], 256, 1, 2)
                .tensor("three", 35, three, 256, 1)
                .toBytes());
    try (GgufFile file = GgufFile.open(path)) {
      assertRefused(
          Kind.BAD_TENSOR,
          "has the shape [2, 1, 256]; a matrix has two extents",
          () -> file.matrix("cube"));
      assertRefused(
          Kind.BAD_TENSOR,
          "tensor 'three': byte 5 has the code 3, which is no trit",
          () -> file.matrix("three"));
    }
  }

  static Stream<Arguments> hostile() {
    byte[] one = floats(1);
    return Stream.of(
        arguments(Kind.UNSUPPORTED, "GGUF version 1;", sound().version(1)),
        arguments(Kind.UNSUPPORTED, "GGUF version 4;", sound().version(4)),
        arguments(Kind.UNSUPPORTED, "big-endian", sound().version(3 << 24)),
        arguments(Kind.TRUNCATED, "speaks of 18446744073709551615 metadata", counts(0, -1)),
        arguments(Kind.TRUNCATED, "speaks of 1152921504606846976 tensors", counts(1L << 60, 0)),
        arguments(Kind.TRUNCATED, "speaks of 100 tensors", counts(100, 2)),
        arguments(Kind.MALFORMED, "key 'a' twice", new GgufWriter().entry("a", "").entry("a", "")),
        arguments(
            Kind.MALFORMED,
            "tensor 'a': is there twice",
            new GgufWriter().tensor("a", F32, one, 1).tensor("a", F32, one, 1)),
        arguments(Kind.MALFORMED, "a metadata key of 0 bytes", new GgufWriter().entry("", "")),
        arguments(
            Kind.MALFORMED,
            "a tensor name of 65536 bytes",
            new GgufWriter().tensor("n".repeat(65_536), F32, one, 1)),
        arguments(Kind.MALFORMED, "unknown type 13", new GgufWriter().entry("a", 13, i64(0))),
        arguments(Kind.MALFORMED, "a truth value of 2", new GgufWriter().entry("a", 7, (byte) 2)),
        arguments(
            Kind.TRUNCATED,
            "the value of 'a' (9223372036854775807 bytes",
            new GgufWriter().entry("a", STRING, i64(Long.MAX_VALUE))),
        arguments(
            Kind.TRUNCATED,
            "elements in the value of 'a'",
            new GgufWriter().entry("a", ARRAY, array(12, Long.MAX_VALUE))),
        arguments(
            Kind.TRUNCATED,
            "elements in the value of 'a'",
            new GgufWriter().entry("a", ARRAY, array(STRING, 1L << 61))),
        arguments(Kind.MALFORMED, "arrays in arrays", new GgufWriter().entry("a", ARRAY, deep())),
        arguments(
            Kind.MALFORMED,
            "general.alignment is '12'",
            new GgufWriter().entry("general.alignment", U32, i32(12))),
        arguments(
            Kind.MALFORMED,
            "general.alignment is 'big'",
            new GgufWriter().entry("general.alignment", "big")),
        arguments(
            Kind.BAD_TENSOR,
            "has 5 dimensions, more than 4",
            new GgufWriter().tensor("a", F32, one, 1, 1, 1, 1, 1)),
        arguments(
            Kind.BAD_TENSOR,
            "has the extent 18446744073709551615",
            new GgufWriter().tensor("a", F32, one, -1)),
        arguments(
            Kind.BAD_TENSOR,
            "has a size beyond 64 bits",
            new GgufWriter().tensor("a", F32, one, 1L << 40, 1L << 40)),
        arguments(
            Kind.BAD_TENSOR,
            "has a size beyond 64 bits",
            new GgufWriter().tensor("a", F32, one, 1L << 62)),
        arguments(
            Kind.BAD_TENSOR,
            "has rows of 255 elements, which do not fill TQ1_0 blocks of 256",
            new GgufWriter().tensor("a", TQ1_0, one, 255)),
        arguments(
            Kind.BAD_TENSOR,
            "begins at 8, not at a multiple of 32",
            new GgufWriter().tensor("b", F32, one, 1).tensorAt("a", F32, 8, 1)),
        arguments(
            Kind.TRUNCATED,
            "are outside the file",
            new GgufWriter().tensor("b", F32, one, 1).tensorAt("a", F32, 1L << 62, 1)),
        arguments(
            Kind.TRUNCATED, "are outside the file", new GgufWriter().tensor("a", F32, one, 2)),
        arguments(
            Kind.TRUNCATED,
            "begins outside the file",
            new GgufWriter().tensor("b", F32, one, 1).tensorAt("a", 36, 1L << 40, 1)),
        arguments(
            Kind.MALFORMED,
            "tensor 'a': shares bytes with tensor 'b'",
            new GgufWriter().tensor("b", F32, floats(new float[9]), 9).tensorAt("a", F32, 32, 1)));
  }

  private static GgufWriter counts(long tensors, long entries) {
    return sound().counts(tensors, entries);
  }

  private static byte[] array(int type, long count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(i32(type));
    out.writeBytes(i64(count));
    return out.toByteArray();
  }

  private static byte[] deep() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 5; i++) {
      out.writeBytes(array(ARRAY, 1));
    }
    out.writeBytes(array(U8, 0));
    return out.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatIsNotSoundIsNamed(Kind kind, String message, GgufWriter content) throws Exception {
    Path path = write(content.toBytes());
    assertRefused(kind, message, () -> GgufFile.open(path));
  }

  @Test
  void everyBeginningIsRefused() throws Exception {
    byte[] content = sound().toBytes();
    for (int length = 4; length < content.length; length++) {
      Path path = write(Arrays.copyOf(content, length));
      assertRefused(Kind.TRUNCATED, "", () -> GgufFile.open(path));
    }
  }

  /** Some changes go unnoticed, in numbers; none may do anything but read or be refused. */
  @Test
  void changedBytesAreReadOrRefused() throws Exception {
    byte[] content = sound().toBytes();
    int refused = 0;
    for (int change : new int[] {1, 0x80, 0xff}) {
      for (int i = 0; i < content.length; i++) {
        content[i] ^= (byte) change;
        try (GgufFile file = GgufFile.open(write(content))) {
          for (GgufTensor tensor : file.tensors()) {
            if (tensor.type().flatMap(GgufType::ternary).isPresent()) {
              file.matrix(tensor.name());
            }
          }
        } catch (CheckpointException e) {
          refused++;
        }
        content[i] ^= (byte) change;
      }
    }
    assertTrue(refused > 200, refused + " refused");
  }

  @Test
  void otherFilesAreNoGguf() throws Exception {
    Path path = Files.writeString(folder.resolve("text"), "GGML, not GGUF");
    assertFalse(GgufFile.isGguf(path));
    assertFalse(GgufFile.isGguf(folder));
    assertRefused(Kind.NOT_A_CHECKPOINT, "not a GGUF file", () -> GgufFile.open(path));
    assertRefused(Kind.UNREADABLE, "no such file", () -> GgufFile.open(folder.resolve("nothing")));
  }

  private interface Call {
    Object call() throws Exception;
  }

  private void assertRefused(Kind kind, String message, Call call) {
    CheckpointException e = assertThrows(CheckpointException.class, call::call);
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }
}
