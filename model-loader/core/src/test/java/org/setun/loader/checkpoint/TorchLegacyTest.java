// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.checkpoint.TestFiles.assertRefused;
import static org.setun.loader.checkpoint.TestFiles.testdata;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** The five pickles and the storages behind them, whole and damaged. */
class TorchLegacyTest {
  @TempDir Path folder;

  private byte[] magic;
  private byte[] protocol;
  private byte[] system;
  private byte[] object;
  private byte[] keys;
  private byte[] storages;

  /** A file with the tensor a = (1, 2) in the storage "7". */
  @BeforeEach
  void makeParts() {
    magic = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");
    protocol = new PickleWriter().integer(1001).stop();
    system = PickleWriter.dict("little_endian", p -> p.op(0x88));
    long[] shape = {2};
    object =
        PickleWriter.dict("a", p -> p.tensor("FloatStorage", "7", 2, 0, shape, new long[] {1}));
    keys = new PickleWriter().op(']').string("7").op('a').stop();
    storages = storage(2, 1, 2);
  }

  private static byte[] storage(long size, float... elements) {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(size);
    for (float element : elements) {
      bytes.putFloat(element);
    }
    return bytes.array();
  }

  private Path write() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : new byte[][] {magic, protocol, system, object, keys, storages}) {
      out.writeBytes(part);
    }
    return Files.write(folder.resolve("file"), out.toByteArray());
  }

  @Test
  void theFileOfTheseTestsReads() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(write())) {
      assertArrayEquals(new float[] {1, 2}, checkpoint.stateDict().tensor("a").toFloats());
    }
  }

  @Test
  void aViewOfAStorageStartsAtItsOffset() throws Exception {
    object = viewObject(1, 2);
    keys = new PickleWriter().op(']').string("7").op('a').stop();
    storages = storage(4, 1, 2, 3, 4);
    try (Checkpoint checkpoint = Checkpoint.open(write())) {
      assertArrayEquals(new float[] {2, 3}, checkpoint.stateDict().tensor("a").toFloats());
    }
    for (long[] view : new long[][] {{3, 2}, {-1, 2}, {0, 5}, {1, Long.MAX_VALUE}, {2, 1}}) {
      object = viewObject(view[0], view[1]);
      assertRefused(Kind.BAD_TENSOR, write());
    }
  }

  private static byte[] viewObject(long offset, long size) {
    return PickleWriter.dict(
        "a",
        p ->
            p.global("torch._utils", "_rebuild_tensor")
                .op('(')
                .storageView("FloatStorage", "7", 4, offset, size)
                .integer(0)
                .tuple(2)
                .tuple(1)
                .ops("tR"));
  }

  @Test
  void partsThatDoNotFitAreRefused() throws Exception {
    storages = storage(3, 1, 2);
    assertRefused(Kind.BAD_TENSOR, write());

    makeParts();
    keys = new PickleWriter().op(']').stop();
    assertRefused(Kind.MALFORMED, write());
    keys = new PickleWriter().op(']').string("7").op('a').string("7").op('a').stop();
    assertRefused(Kind.MALFORMED, write());
    keys = new PickleWriter().op(']').string("8").op('a').stop();
    assertRefused(Kind.MALFORMED, write());
    keys = new PickleWriter().op(']').integer(7).op('a').stop();
    assertRefused(Kind.MALFORMED, write());
    keys = new PickleWriter().op('}').stop();
    assertRefused(Kind.MALFORMED, write());

    makeParts();
    long[] one = {1};
    object =
        new PickleWriter()
            .op('}')
            .string("a")
            .tensor("FloatStorage", "7", 2, 0, one, one)
            .op('s')
            .string("b")
            .tensor("LongStorage", "7", 1, 0, one, one)
            .op('s')
            .stop();
    assertRefused(Kind.MALFORMED, write());
  }

  @Test
  void otherPicklesAreRefused() throws Exception {
    magic = new PickleWriter().integer(1).stop();
    assertRefused(Kind.NOT_A_CHECKPOINT, write());
    magic = new PickleWriter().global("os", "system").op('(').string("true").ops("tR").stop();
    assertRefused(Kind.NOT_A_CHECKPOINT, write());

    makeParts();
    protocol = new PickleWriter().integer(1002).stop();
    assertRefused(Kind.UNSUPPORTED, write());

    makeParts();
    system = PickleWriter.dict("little_endian", p -> p.op(0x89));
    assertRefused(Kind.UNSUPPORTED, write());
    system = new PickleWriter().op('N').stop();
    assertRefused(Kind.MALFORMED, write());

    makeParts();
    object = PickleWriter.dict("a", p -> p.global("torch.nn", "Linear"));
    assertRefused(Kind.MALFORMED, write());
  }

  @Test
  void aFileCutAnywhereIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(testdata("torch-odd/views-and-types-legacy.pt"));
    TestFiles.assertRefusedWhenCut(
        folder.resolve("file"),
        whole,
        length -> length == 0 ? Kind.NOT_A_CHECKPOINT : Kind.TRUNCATED);
  }

  @Test
  void aFileWithOneByteChangedReadsOrIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(testdata("torch-odd/views-and-types-legacy.pt"));
    int refused = TestFiles.refusedWithOneByteChanged(folder.resolve("file"), whole, 1, 0xFF);
    assertTrue(refused > whole.length / 2, () -> refused + " of " + 2 * whole.length);
  }
}
