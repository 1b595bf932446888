// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.setun.loader.model.ModelFormatException.Kind;

/**
 * The first {@value #BYTES} bytes of a packed model; {@code model-loader/PACKED-MODEL.md} describes
 * them one by one.
 *
 * @param fileLength bytes of the whole file
 * @param sections entries of the section table, which follows the header
 * @param tableCrc32c CRC32C of that table
 */
record FileHeader(long fileLength, int sections, int tableCrc32c) {
  static final int BYTES = 64;

  /** A byte that is not ASCII, the name, and a line end that transfers as text would change. */
  private static final byte[] MAGIC = {(byte) 0x89, 'S', 'E', 'T', 'U', 'N', '\r', '\n'};

  private static final int BYTE_ORDER_MARK = 0x0A0B0C0D;
  private static final int VERSION = 1;

  /** Bytes that the header's own checksum, which follows them, covers. */
  private static final int CHECKED_BYTES = 32;

  /** Whether a file that begins with these bytes is meant to be a packed model. */
  static boolean startsLike(byte[] first) {
    return first.length >= MAGIC.length
        && ByteBuffer.wrap(first, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putInt(BYTE_ORDER_MARK).putInt(VERSION);
    bytes.putLong(fileLength).putInt(sections).putInt(tableCrc32c);
    bytes.putInt(crc32c(bytes.slice(0, CHECKED_BYTES)));
    return bytes.clear();
  }

  /** Reads a header and checks all that can be checked of it alone. */
  static FileHeader read(Path file, ByteBuffer buffer, long actualLength)
      throws ModelFormatException {
    byte[] first = new byte[Math.min(MAGIC.length, buffer.remaining())];
    buffer.get(0, first);
    if (!startsLike(first)) {
      throw new ModelFormatException(Kind.NOT_A_MODEL, file, "not a packed model");
    }
    if (buffer.remaining() < BYTES) {
      throw new ModelFormatException(Kind.TRUNCATED, file, "ends within its header");
    }
    ByteBuffer bytes = buffer.slice(0, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(MAGIC.length);
    int mark = bytes.getInt();
    if (mark == Integer.reverseBytes(BYTE_ORDER_MARK)) {
      throw new ModelFormatException(Kind.WRONG_BYTE_ORDER, file, "written in big-endian order");
    }
    if (mark != BYTE_ORDER_MARK) {
      throw new ModelFormatException(Kind.MALFORMED, file, "has no byte order mark");
    }
    int version = bytes.getInt();
    if (version != VERSION) {
      throw new ModelFormatException(
          Kind.UNKNOWN_VERSION,
          file,
          "is of format version "
              + Integer.toUnsignedString(version)
              + ", this reader knows version "
              + VERSION);
    }
    FileHeader header = new FileHeader(bytes.getLong(), bytes.getInt(), bytes.getInt());
    if (bytes.getInt() != crc32c(bytes.slice(0, CHECKED_BYTES))) {
      throw new ModelFormatException(Kind.CHECKSUM, file, "its header has a wrong checksum");
    }
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        throw new ModelFormatException(Kind.MALFORMED, file, "its header does not end in zeros");
      }
    }
    if (actualLength < header.fileLength()) {
      throw new ModelFormatException(
          Kind.TRUNCATED, file, "has " + actualLength + " of " + header.fileLength() + " bytes");
    }
    if (actualLength > header.fileLength()) {
      throw new ModelFormatException(
          Kind.MALFORMED,
          file,
          actualLength - header.fileLength() + " bytes follow the end of the model");
    }
    return header;
  }

  static int crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
