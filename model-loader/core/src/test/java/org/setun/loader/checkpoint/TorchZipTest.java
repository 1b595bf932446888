// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.checkpoint.TestFiles.assertRefused;
import static org.setun.loader.checkpoint.TestFiles.testdata;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** The zip around a torch pickle: what is legal must read, the rest must be refused. */
class TorchZipTest {
  private static final float[] VALUES = {1, -2, 3.5f};

  @TempDir Path folder;
  private Path path;
  private byte[] pickle;
  private byte[] storage;

  @BeforeEach
  void makeParts() {
    path = folder.resolve("checkpoint");
    long[] shape = {VALUES.length};
    pickle =
        PickleWriter.dict("a", p -> p.tensor("FloatStorage", "0", 3, 0, shape, new long[] {1}));
    // ByteBuffer's own order is big-endian: the byteorder test wants it so.
    ByteBuffer bytes = ByteBuffer.allocate(VALUES.length * Float.BYTES);
    bytes.asFloatBuffer().put(VALUES);
    storage = bytes.array();
    for (int i = 0; i < storage.length; i += Float.BYTES) {
      swap(storage, i, i + 3);
      swap(storage, i + 1, i + 2);
    }
  }

  private static void swap(byte[] bytes, int i, int j) {
    byte b = bytes[i];
    bytes[i] = bytes[j];
    bytes[j] = b;
  }

  private Path write(byte[] content) throws Exception {
    return Files.write(path, content);
  }

  private void assertReads(byte[] content) throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(write(content))) {
      assertEquals("torch zip", checkpoint.format());
      assertEquals(List.of("a"), List.copyOf(checkpoint.stateDict().names()));
      assertArrayEquals(VALUES, checkpoint.stateDict().tensor("a").toFloats());
    }
  }

  @Test
  void folderNameDoesNotMatter() throws Exception {
    for (String inner : new String[] {"", "archive/", "my model (2)/", "a/b/", "Ж/"}) {
      ZipWriter zip = new ZipWriter();
      zip.add(inner + "data.pkl", pickle);
      zip.add(inner + "data/0", storage);
      assertReads(zip.finish());
    }
  }

  @Test
  void zip64DataDescriptorsAndCommentsAreRead() throws Exception {
    ZipWriter zip64 = new ZipWriter(true);
    zip64.add("x/data.pkl", pickle);
    zip64.add("x/data/0", storage);
    assertReads(zip64.finish());

    ZipWriter streamed = new ZipWriter();
    streamed.addWithDataDescriptor("x/data.pkl", pickle);
    streamed.addWithDataDescriptor("x/data/0", storage);
    assertReads(streamed.finish("a comment"));
  }

  @Test
  void byteOrderIsHonoured() throws Exception {
    ZipWriter little = new ZipWriter();
    little.add("x/data.pkl", pickle);
    little.add("x/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    little.add("x/data/0", storage);
    assertReads(little.finish());

    ByteBuffer bigEndian = ByteBuffer.allocate(storage.length);
    bigEndian.asFloatBuffer().put(VALUES);
    ZipWriter big = new ZipWriter();
    big.add("x/data.pkl", pickle);
    big.add("x/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    big.add("x/data/0", bigEndian.array());
    assertReads(big.finish());

    ZipWriter unknown = new ZipWriter();
    unknown.add("x/data.pkl", pickle);
    unknown.add("x/byteorder", "middle".getBytes(StandardCharsets.US_ASCII));
    unknown.add("x/data/0", storage);
    assertRefused(Kind.MALFORMED, write(unknown.finish()));
  }

  @Test
  void zipsThatTorchDidNotWriteAreRefused() throws Exception {
    ZipWriter other = new ZipWriter();
    other.add("word/document.xml", new byte[10]);
    other.add("notdata.pkl", pickle);
    assertRefused(Kind.NOT_A_CHECKPOINT, write(other.finish()));

    ZipWriter two = new ZipWriter();
    two.add("x/data.pkl", pickle);
    two.add("y/data.pkl", pickle);
    assertRefused(Kind.MALFORMED, write(two.finish()));

    ZipWriter script = new ZipWriter();
    script.add("x/data.pkl", pickle);
    script.add("x/constants.pkl", pickle);
    CheckpointException e = assertRefused(Kind.UNSUPPORTED, write(script.finish()));
    assertTrue(e.getMessage().contains("TorchScript"), e.getMessage());
  }

  /** A change to what the directory says of the storage, and how it must be answered. */
  private void assertEntryRefused(Kind kind, String cause, Consumer<ZipWriter.Entry> change)
      throws Exception {
    ZipWriter zip = new ZipWriter(true);
    zip.add("x/data.pkl", pickle);
    ZipWriter.Entry entry = zip.add("x/data/0", storage);
    zip.add("x/version", new byte[100]);
    change.accept(entry);
    CheckpointException e = assertRefused(kind, write(zip.finish()));
    assertTrue(e.getMessage().contains(cause), e.getMessage());
    assertEquals("a", e.tensor());
  }

  @Test
  void entriesThatCannotBeMappedAreRefused() throws Exception {
    assertEntryRefused(Kind.MALFORMED, "not the deflated data", e -> e.method = 8);
    assertEntryRefused(Kind.UNSUPPORTED, "method 93", e -> e.method = 93);
    assertEntryRefused(Kind.UNSUPPORTED, "encrypted", e -> e.flags = 1);
    assertEntryRefused(Kind.MALFORMED, "two different sizes", e -> e.size = 13);
    assertEntryRefused(Kind.MALFORMED, "overlaps", e -> e.size = e.compressedSize = 60);
    assertEntryRefused(Kind.MALFORMED, "overlaps", e -> e.size = e.compressedSize = Long.MAX_VALUE);
    assertEntryRefused(Kind.MALFORMED, "another local header", e -> e.header += 1);
  }

  @Test
  void directoriesThatContradictThemselvesAreRefused() throws Exception {
    ZipWriter twice = new ZipWriter();
    twice.add("x/data.pkl", pickle);
    twice.add("x/data/0", storage);
    twice.add("x/data/0", storage);
    assertRefused(Kind.MALFORMED, write(twice.finish()));

    ZipWriter names = new ZipWriter();
    ZipWriter.Entry entry = names.add("x/data.pkl", pickle);
    for (int i = 0; i < 600; i++) {
      names.alias(i + "n".repeat(60_000), entry);
    }
    assertRefused(Kind.UNSUPPORTED, write(names.finish()));

    ZipWriter shared = new ZipWriter();
    shared.add("x/data.pkl", pickle);
    shared.alias("x/data/0", shared.add("x/data/1", storage));
    assertRefused(Kind.MALFORMED, write(shared.finish()));

    for (long header : new long[] {0, 1L << 40, Long.MAX_VALUE}) {
      ZipWriter moved = new ZipWriter(true);
      moved.add("x/data.pkl", pickle);
      moved.add("x/data/0", storage).header = header;
      assertRefused(header == 0 ? Kind.MALFORMED : Kind.TRUNCATED, write(moved.finish()));
    }

    ZipWriter negative = new ZipWriter(true);
    negative.add("x/data.pkl", pickle);
    negative.add("x/data/0", storage).size = -1;
    assertRefused(Kind.MALFORMED, write(negative.finish()));

    ZipWriter plain = new ZipWriter();
    plain.add("x/data.pkl", pickle);
    plain.add("x/data/0", storage);
    byte[] zip = plain.finish();
    byte[] moreEntries = zip.clone();
    moreEntries[zip.length - 12]++;
    assertRefused(Kind.MALFORMED, write(moreEntries));
    byte[] noZip64 = zip.clone();
    Arrays.fill(noZip64, zip.length - 12, zip.length - 2, (byte) 0xFF);
    assertRefused(Kind.MALFORMED, write(noZip64));
    byte[] secondDisk = zip.clone();
    secondDisk[zip.length - 18] = 1;
    assertRefused(Kind.UNSUPPORTED, write(secondDisk));
  }

  @Test
  void aFileCutAnywhereIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(testdata("torch-odd/training.pt"));
    TestFiles.assertRefusedWhenCut(
        path, whole, length -> length < 4 ? Kind.NOT_A_CHECKPOINT : Kind.TRUNCATED);
  }

  @Test
  void aFileWithOneByteChangedReadsOrIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(testdata("torch-odd/training.pt"));
    int refused = TestFiles.refusedWithOneByteChanged(path, whole, 0x01, 0xFF);
    // Sums of the data are not checked, so what hits padding or elements goes unnoticed.
    assertTrue(refused > whole.length / 2, () -> refused + " of " + 2 * whole.length);
  }

  @Test
  void whatIsNoReadableFileIsRefused() throws Exception {
    assertRefused(Kind.UNREADABLE, folder.resolve("absent"));
    assertRefused(Kind.UNREADABLE, folder);
    assertRefused(Kind.NOT_A_CHECKPOINT, write(new byte[0]));
    assertRefused(Kind.NOT_A_CHECKPOINT, write("hello, world".getBytes(StandardCharsets.UTF_8)));
    assertRefused(Kind.NOT_A_CHECKPOINT, testdata("fmnist/README.md"));
    assertRefused(Kind.NOT_A_CHECKPOINT, testdata("fmnist/logits-first256.npy"));
    assertRefused(Kind.NOT_A_CHECKPOINT, testdata("fashion-mnist/t10k-labels-idx1-ubyte.gz"));
  }

  @Test
  void aFileCutWhileItIsOpenIsReported() throws Exception {
    long[] shape = {1 << 16};
    byte[] large =
        PickleWriter.dict(
            "a", p -> p.tensor("FloatStorage", "0", shape[0], 0, shape, new long[] {1}));
    ZipWriter zip = new ZipWriter();
    zip.add("x/data.pkl", large);
    zip.add("x/data/0", new byte[(int) shape[0] * Float.BYTES]);
    try (Checkpoint checkpoint = Checkpoint.open(write(zip.finish()))) {
      Tensor tensor = checkpoint.stateDict().tensor("a");
      try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(1000);
      }
      CheckpointException e = assertThrows(CheckpointException.class, tensor::toFloats);
      assertEquals(Kind.TRUNCATED, e.kind());
    }
  }
}
