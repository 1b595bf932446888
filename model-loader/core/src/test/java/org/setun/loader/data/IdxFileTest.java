// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxFileTest {
  /** Two images of 1 × 3. */
  private static final byte[] IMAGES =
      HexFormat.of().parseHex("00000803" + "00000002" + "00000001" + "00000003" + "0001027f80ff");

  @TempDir Path folder;

  private Path write(byte[] content) throws Exception {
    return Files.write(folder.resolve("file"), content);
  }

  private static byte[] gzip(byte[] content) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void plainAndCompressedFilesReadAlike() throws Exception {
    for (byte[] content : new byte[][] {IMAGES, gzip(IMAGES)}) {
      IdxFile idx = IdxFile.read(write(content));
      assertEquals(List.of(2, 1, 3), idx.dims());
      assertEquals(2, idx.count());
      assertArrayEquals(new byte[] {0, 1, 2, 127, -128, -1}, idx.data());
    }
  }

  @Test
  void fashionMnistReads() throws Exception {
    Path fixtures = Path.of(System.getProperty("setun.testdata"), "fashion-mnist");
    IdxFile images = IdxFile.read(fixtures.resolve("t10k-images-idx3-ubyte.gz"));
    IdxFile labels = IdxFile.read(fixtures.resolve("t10k-labels-idx1-ubyte.gz"));
    assertEquals(List.of(10_000, 28, 28), images.dims());
    assertEquals(List.of(10_000), labels.dims());
    int[] perLabel = new int[10];
    for (byte label : labels.data()) {
      perLabel[label]++;
    }
    int[] balanced = new int[10];
    Arrays.fill(balanced, 1000);
    assertArrayEquals(balanced, perLabel);
    assertEquals(9, labels.data()[0], "the first test image is an ankle boot");
  }

  @ParameterizedTest
  @CsvSource({
    "01000801 00000001 00, not an IDX file",
    "00000d01 00000001 00000000, IDX type 13",
    "00000800, no dimensions",
    "00000801 ffffffff, extent -1",
    "00000801 00000000, extent 0",
    "00000803 00010000 00010000 00010000 00, dimension 1 has the extent 65536",
    "00000801 7fffffff 00, promises 2147483647",
    "00000801 00001000 00, has 1 of 4096",
    "00000801 00000002 000102, more data",
    "00000803 00000002, ends too early",
    "1f8b0800, ends too early",
    "1f8b0900 00000000, gzip",
    "'', ends too early",
  })
  void badFilesAreRefused(String hex, String cause) throws Exception {
    Path path = write(HexFormat.of().parseHex(hex.replace(" ", "")));
    IdxException e = assertThrows(IdxException.class, () -> IdxFile.read(path));
    assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(cause), e.getMessage());
  }

  @Test
  void aCompressionBombIsRefusedBeforeItIsInflated() throws Exception {
    byte[] bomb = new byte[8 + (16 << 20)];
    bomb[2] = 8;
    bomb[3] = 1;
    bomb[4] = 1; // 2^24 zeros
    byte[] compressed = gzip(bomb);
    assertTrue(compressed.length < 20_000, "zeros shrink to a thousandth");
    Path path = write(compressed);
    IdxException e = assertThrows(IdxException.class, () -> IdxFile.read(path));
    assertTrue(e.getMessage().contains("promises 16777216"), e.getMessage());
  }

  @Test
  void filesCutAnywhereAreRefused() throws Exception {
    for (byte[] whole : new byte[][] {IMAGES, gzip(IMAGES)}) {
      for (int length = 0; length < whole.length; length++) {
        Path path = write(Arrays.copyOf(whole, length));
        assertThrows(IdxException.class, () -> IdxFile.read(path), "cut at " + length);
      }
    }
    assertThrows(IdxException.class, () -> IdxFile.read(folder));
    assertThrows(IdxException.class, () -> IdxFile.read(folder.resolve("absent")));
  }
}
