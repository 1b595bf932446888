// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.checkpoint.TestFiles.assertRefused;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.loader.checkpoint.CheckpointException.Kind;

class NpzTest {
  @TempDir Path folder;

  private static String header(String descr, String fortranOrder, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n"
        .formatted(descr, fortranOrder, shape);
  }

  private static byte[] npy(int version, String header, byte[] elements) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate((version == 1 ? 10 : 12) + text.length + elements.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      bytes.putShort((short) text.length);
    } else {
      bytes.putInt(text.length);
    }
    return bytes.put(text).put(elements).array();
  }

  private static byte[] shorts(ByteOrder order, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * values.length).order(order);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }

  private Path write(byte[] npy) throws Exception {
    ZipWriter zip = new ZipWriter();
    zip.add("a.npy", npy);
    return Files.write(folder.resolve("file"), zip.finish());
  }

  @ParameterizedTest
  @CsvSource({"1, False", "2, False", "3, True"})
  void bothOrdersOfElementsAndBytesRead(int version, String fortranOrder) throws Exception {
    int[] stored =
        fortranOrder.equals("True") ? new int[] {1, 4, 2, 5, 3, -6} : new int[] {1, 2, 3, 4, 5, -6};
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      String descr = order == ByteOrder.BIG_ENDIAN ? ">i2" : "<i2";
      byte[] npy = npy(version, header(descr, fortranOrder, "2, 3"), shorts(order, stored));
      try (Checkpoint checkpoint = Checkpoint.open(write(npy))) {
        assertEquals("npz", checkpoint.format());
        Tensor tensor = checkpoint.stateDict().tensor("a");
        assertEquals("a I16[2, 3]", tensor.toString());
        assertArrayEquals(new long[] {1, 2, 3, 4, 5, -6}, tensor.toLongs());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, -6}, tensor.toFloats());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'<f8', 'False', '', 8, F64[]",
    "'<f2', 'False', '4,', 8, F16[4]",
    "'|b1', 'False', '8,', 8, BOOL[8]",
    "'|u1', 'True', '2, 4', 8, U8[2. 4]",
    "'<f4', 'False', '0, 9', 0, F32[0. 9]",
  })
  void typesAndShapesAsNumPyWritesThem(
      String descr, String fortranOrder, String shape, int bytes, String expected)
      throws Exception {
    byte[] npy = npy(1, header(descr, fortranOrder, shape), new byte[bytes]);
    try (Checkpoint checkpoint = Checkpoint.open(write(npy))) {
      Tensor tensor = checkpoint.stateDict().tensor("a");
      assertEquals("a " + expected.replace('.', ','), tensor.toString());
      assertEquals(tensor.elementCount(), tensor.toFloats().length);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'<f4', '3,', BAD_TENSOR",
    "'<f4', '1,', BAD_TENSOR",
    "'|u1', '8, 4294967297, 4294967295', BAD_TENSOR",
    "'|u1', '9223372036854775808,', MALFORMED",
    "'<f4', '2 1', MALFORMED",
    "'<f4', '-2,', MALFORMED",
  })
  void headersThatDoNotFitAreRefused(String descr, String shape, Kind kind) throws Exception {
    CheckpointException e =
        assertRefused(kind, write(npy(1, header(descr, "False", shape), new byte[8])));
    assertEquals("a", e.tensor());
  }

  @ParameterizedTest
  @CsvSource({
    "'|O', an array of pickled Python objects",
    "'<c8', element type 'c8'",
    "'<U12', element type 'U12'",
    "'<M8[D]', element type 'M8[D]'",
    "'', element type ''",
    "records, an array of records",
  })
  void anArrayThatIsNoTensorMattersOnlyWhereItIsNeeded(String descr, String reason)
      throws Exception {
    String header = header(descr, "False", "1,");
    if (descr.equals("records")) {
      header = header.replace("'records'", "[('x', '<f4'), ('y', '<i2')]");
    }
    ZipWriter zip = new ZipWriter();
    zip.add("odd.npy", npy(1, header, new byte[8]));
    zip.add("a.npy", npy(1, header("<i2", "False", "1,"), shorts(ByteOrder.LITTLE_ENDIAN, 7)));
    Path file = Files.write(folder.resolve("file"), zip.finish());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StateDict dict = checkpoint.stateDict();
      assertArrayEquals(new long[] {7}, dict.tensor("a").toLongs());
      TestFiles.assertUnreadable(dict, "odd", reason);
    }
  }

  @Test
  void whatIsNoNpyFileIsRefused() throws Exception {
    assertRefused(Kind.MALFORMED, write(new byte[0]));
    assertRefused(Kind.MALFORMED, write(new byte[100]));
    assertRefused(Kind.UNSUPPORTED, write(npy(9, header("<f4", "False", "2,"), new byte[8])));
    assertRefused(Kind.MALFORMED, write(npy(1, "{'descr': [('x', '<f4')]}", new byte[8])));
    assertRefused(Kind.MALFORMED, write(npy(2, " ".repeat(5000), new byte[8])));
    byte[] longHeader = npy(2, header("<f4", "False", "2,"), new byte[8]);
    longHeader[11] = (byte) 0xFF;
    assertRefused(Kind.MALFORMED, write(longHeader));

    ZipWriter compressed = new ZipWriter();
    compressed.add("a.npy", npy(1, header("<f4", "False", "2,"), new byte[8])).method = 8;
    CheckpointException e =
        assertRefused(Kind.MALFORMED, Files.write(folder.resolve("file"), compressed.finish()));
    assertTrue(e.getMessage().contains("not the deflated data"), e.getMessage());
  }

  private Path writeDeflated(byte[] npy) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("a.npy"));
      zip.write(npy);
    }
    return Files.write(folder.resolve("file"), bytes.toByteArray());
  }

  /** As numpy.savez_compressed writes. */
  @Test
  void deflatedEntriesAreInflatedWithinLimits() throws Exception {
    int[] values = new int[100_000];
    Arrays.setAll(values, i -> i % 7);
    byte[] npy = npy(1, header("<i2", "False", "100000,"), shorts(ByteOrder.LITTLE_ENDIAN, values));
    byte[] whole = Files.readAllBytes(writeDeflated(npy));
    assertTrue(whole.length < 10_000);
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("file"))) {
      long[] read = checkpoint.stateDict().tensor("a").toLongs();
      assertArrayEquals(Arrays.stream(values).asLongStream().toArray(), read);
    }
    int refused =
        TestFiles.refusedWithOneByteChanged(
            folder.resolve("file"), Arrays.copyOf(whole, whole.length), 1);
    assertTrue(refused > 50, () -> "only " + refused);

    byte[] bomb = npy(1, header("|u1", "False", "20000000,"), new byte[20_000_000]);
    CheckpointException e = assertRefused(Kind.UNSUPPORTED, writeDeflated(bomb));
    assertTrue(e.getMessage().contains("inflates to 2000"), e.getMessage());
  }

  @Test
  void aFileWithOneByteChangedReadsOrIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(write(npy(1, header("<f4", "False", "2,"), new byte[8])));
    int refused =
        TestFiles.refusedWithOneByteChanged(folder.resolve("file"), whole, 1, 2, 16, 0x80, 0xFF);
    assertTrue(refused > whole.length, () -> refused + " of " + 5 * whole.length);
  }
}
