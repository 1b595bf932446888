// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes zip files of stored entries by the book, with hooks for what the book forbids. */
final class ZipWriter {
  /** What the central directory says of an entry; tests change it before {@link #finish}. */
  static final class Entry {
    final byte[] name;
    final long crc;
    int flags;
    int method;
    long compressedSize;
    long size;
    long header;

    Entry(String name, byte[] content, long header) {
      this.name = name.getBytes(StandardCharsets.UTF_8);
      CRC32 sum = new CRC32();
      sum.update(content);
      this.crc = sum.getValue();
      this.compressedSize = content.length;
      this.size = content.length;
      this.header = header;
    }
  }

  private static final int SATURATED = -1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Entry> entries = new ArrayList<>();
  private final boolean zip64;

  /** With {@code zip64}, every size and position that can be is given in a zip64 record. */
  ZipWriter(boolean zip64) {
    this.zip64 = zip64;
  }

  ZipWriter() {
    this(false);
  }

  Entry add(String name, byte[] content) {
    Entry entry = new Entry(name, content, out.size());
    writeLocalHeader(entry, 0, entry.crc, (int) entry.size);
    out.writeBytes(content);
    entries.add(entry);
    return entry;
  }

  /** An entry as a writer makes it that cannot seek back: sizes follow the data. */
  Entry addWithDataDescriptor(String name, byte[] content) {
    Entry entry = new Entry(name, content, out.size());
    entry.flags = 8;
    writeLocalHeader(entry, 8, 0, 0);
    out.writeBytes(content);
    out.writeBytes(
        littleEndian(16)
            .putInt(0x08074b50)
            .putInt((int) entry.crc)
            .putInt((int) entry.size)
            .putInt((int) entry.size)
            .array());
    entries.add(entry);
    return entry;
  }

  /** A second directory line for the bytes of an entry. */
  Entry alias(String name, Entry of) {
    Entry entry = new Entry(name, new byte[0], of.header);
    entry.size = of.size;
    entry.compressedSize = of.compressedSize;
    entries.add(entry);
    return entry;
  }

  private void writeLocalHeader(Entry entry, int flags, long crc, int size) {
    out.writeBytes(
        littleEndian(30)
            .putInt(0x04034b50)
            .putShort((short) 20)
            .putShort((short) flags)
            .putShort((short) 0)
            .putInt(0)
            .putInt((int) crc)
            .putInt(size)
            .putInt(size)
            .putShort((short) entry.name.length)
            .putShort((short) 0)
            .array());
    out.writeBytes(entry.name);
  }

  byte[] finish() {
    return finish("");
  }

  byte[] finish(String comment) {
    long directory = out.size();
    for (Entry entry : entries) {
      writeCentralEntry(entry);
    }
    long end = out.size();
    if (zip64) {
      out.writeBytes(
          littleEndian(76)
              .putInt(0x06064b50)
              .putLong(44)
              .putShort((short) 45)
              .putShort((short) 45)
              .putInt(0)
              .putInt(0)
              .putLong(entries.size())
              .putLong(entries.size())
              .putLong(end - directory)
              .putLong(directory)
              .putInt(0x07064b50)
              .putInt(0)
              .putLong(end)
              .putInt(1)
              .array());
    }
    out.writeBytes(
        littleEndian(22)
            .putInt(0x06054b50)
            .putInt(0)
            .putShort((short) (zip64 ? SATURATED : entries.size()))
            .putShort((short) (zip64 ? SATURATED : entries.size()))
            .putInt(zip64 ? SATURATED : (int) (end - directory))
            .putInt(zip64 ? SATURATED : (int) directory)
            .putShort((short) comment.length())
            .array());
    out.writeBytes(comment.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private void writeCentralEntry(Entry entry) {
    out.writeBytes(
        littleEndian(46)
            .putInt(0x02014b50)
            .putInt(0x00140014)
            .putShort((short) entry.flags)
            .putShort((short) entry.method)
            .putInt(0)
            .putInt((int) entry.crc)
            .putInt(zip64 ? SATURATED : (int) entry.compressedSize)
            .putInt(zip64 ? SATURATED : (int) entry.size)
            .putShort((short) entry.name.length)
            .putShort((short) (zip64 ? 28 : 0))
            .putShort((short) 0)
            .putInt(0)
            .putInt(0)
            .putInt(zip64 ? SATURATED : (int) entry.header)
            .array());
    out.writeBytes(entry.name);
    if (zip64) {
      out.writeBytes(
          littleEndian(28)
              .putShort((short) 1)
              .putShort((short) 24)
              .putLong(entry.size)
              .putLong(entry.compressedSize)
              .putLong(entry.header)
              .array());
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
