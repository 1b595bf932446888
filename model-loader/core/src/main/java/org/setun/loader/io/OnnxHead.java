// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.io;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Recognises ONNX models by their first bytes. */
public final class OnnxHead {
  /** Bytes that are read to recognise a model. */
  private static final int BYTES = 3;

  /** First byte of a model: tag of its field 1, {@code ir_version}, a varint. */
  private static final int IR_VERSION_TAG = 0x08;

  /** Versions of ONNX's own format; the newest is 14. Others would be a coincidence. */
  private static final int MOST_IR_VERSION = 99;

  /** Fields of a model that protobuf writes next, as tags: names, versions, the graph, opsets. */
  private static final List<Integer> NEXT_TAGS = List.of(0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42);

  private OnnxHead() {}

  /**
   * Whether a file begins as an ONNX model does.
   *
   * @param path the file
   * @return false also if it is no regular file
   * @throws IOException if it is a file and cannot be read
   */
  public static boolean isOnnx(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return isOnnx(in.readNBytes(BYTES));
    }
  }

  /**
   * Whether bytes begin as an ONNX model does.
   *
   * @param bytes the bytes
   * @return whether they do
   */
  public static boolean isOnnx(MemorySegment bytes) {
    return isOnnx(
        bytes.asSlice(0, Math.min(bytes.byteSize(), BYTES)).toArray(ValueLayout.JAVA_BYTE));
  }

  /**
   * Whether bytes begin as an ONNX model does.
   *
   * @param head the first bytes of a file
   * @return whether they do
   */
  public static boolean isOnnx(byte[] head) {
    return head.length >= BYTES
        && head[0] == IR_VERSION_TAG
        && head[1] > 0
        && head[1] <= MOST_IR_VERSION
        && NEXT_TAGS.contains(Byte.toUnsignedInt(head[2]));
  }
}
