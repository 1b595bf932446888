// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.NewJvm;

/**
 * Checkpoints of 3 GB, of which one tensor is used, in a JVM with a heap of 128 MB. The files are
 * sparse: they take no disk.
 */
class SmallHeapTest {
  private static final long HEAP = 128L << 20;
  private static final long HOLE = 3L << 30;
  private static final float[] VALUES = {1, -2, 3.5f};
  private static final long[] SHAPE = {VALUES.length};
  private static final long[] STRIDES = {1};

  @TempDir Path folder;

  /** What runs in the small heap: reads one tensor and prints it. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] args) throws IOException {
      try (Checkpoint checkpoint = Checkpoint.open(Path.of(args[0]))) {
        float[] values = checkpoint.stateDict().tensor("a").toFloats();
        System.out.println(checkpoint.format() + " " + Arrays.toString(values));
        // The serial collector does not count a part of the heap that it keeps empty.
        if (Runtime.getRuntime().maxMemory() > HEAP) {
          System.out.println("in a heap that is not small");
        }
      }
    }
  }

  /** Writes both parts, with the hole between them. */
  private Path file(byte[] head, byte[] tail) throws IOException {
    Path file = folder.resolve("large");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(head));
      channel.write(ByteBuffer.wrap(tail), head.length + HOLE);
    }
    return file;
  }

  private static byte[] values() {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(VALUES);
    return bytes.array();
  }

  /** Reads the file in a JVM of its own and compares what that prints. */
  private static void assertReads(String format, Path file) throws Exception {
    String printed =
        NewJvm.run(
            "-Xmx" + HEAP,
            "-cp",
            String.join(
                File.pathSeparator,
                location(Reader.class),
                location(Checkpoint.class),
                location(JsonFactory.class)),
            Reader.class.getName(),
            file);
    assertEquals(format + " [1.0, -2.0, 3.5]", printed.strip());
  }

  private static String location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @Test
  void safetensors() throws Exception {
    String header =
        """
        {"unused":{"dtype":"U8","shape":[%d],"data_offsets":[0,%1$d]},\
        "a":{"dtype":"F32","shape":[3],"data_offsets":[%1$d,%d]}}\
        """
            .formatted(HOLE, HOLE + 12);
    byte[] head =
        ByteBuffer.allocate(8 + header.length())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length())
            .put(header.getBytes(StandardCharsets.UTF_8))
            .array();
    assertReads("safetensors", file(head, values()));
  }

  /** The hole is a moment of the optimizer. */
  private static byte[] trainingDictionary(boolean legacy) {
    PickleWriter pickle = new PickleWriter().op('}');
    pickle.string("optimizer").op('}').string("exp_avg");
    tensor(pickle, legacy, "1", HOLE / Float.BYTES);
    pickle.ops("ss").string("state_dict").op('}').string("a");
    tensor(pickle, legacy, "0", VALUES.length);
    return pickle.ops("ss").stop();
  }

  private static void tensor(PickleWriter pickle, boolean legacy, String key, long size) {
    if (!legacy) {
      pickle.tensor("FloatStorage", key, size, 0, SHAPE, STRIDES);
      return;
    }
    pickle.global("torch._utils", "_rebuild_tensor").op('(');
    pickle.storageView("FloatStorage", key, size, 0, size).integer(0).tuple(SHAPE).tuple(STRIDES);
    pickle.ops("tR");
  }

  @Test
  void torchZip() throws Exception {
    ZipWriter zip = new ZipWriter();
    zip.add("x/data.pkl", trainingDictionary(false));
    zip.add("x/data/0", values());
    ZipWriter.Entry large = zip.add("x/data/1", new byte[0]);
    large.size = HOLE;
    large.compressedSize = HOLE;
    byte[] bytes = zip.finish();
    // The bytes of the last entry belong before the directory, whose place the end record tells.
    ByteBuffer end = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int directory = end.getInt(bytes.length - 6);
    end.putInt(bytes.length - 6, (int) (directory + HOLE));
    assertReads(
        "torch zip",
        file(Arrays.copyOf(bytes, directory), Arrays.copyOfRange(bytes, directory, bytes.length)));
  }

  @Test
  void torchLegacy() throws Exception {
    ByteBuffer head = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    head.put(new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10});
    head.put(new byte[] {0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a});
    head.put(new byte[] {(byte) 0xa8, 0x50, 0x19, '.'});
    head.put(new PickleWriter().integer(1001).stop());
    head.put(new PickleWriter().op('}').stop());
    head.put(trainingDictionary(true));
    head.put(new PickleWriter().ops("](").string("1").string("0").op('e').stop());
    head.putLong(HOLE / Float.BYTES);
    ByteBuffer tail = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    tail.putLong(VALUES.length).put(values());
    assertReads("torch legacy", file(Arrays.copyOf(head.array(), head.position()), tail.array()));
  }
}
