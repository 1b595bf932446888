// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GGUF files piece by piece, sound ones and others. */
public final class GgufWriter {
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int version = 3;
  private long entryCount;
  private long tensorCount;
  private int alignment = 32;

  /** A file of version 3 with nothing in it. */
  public GgufWriter() {}

  /** Bytes of a number, little-endian. */
  public static byte[] i32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  /** Bytes of a number, little-endian. */
  public static byte[] i64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(i64(utf8.length));
    out.writeBytes(utf8);
  }

  public GgufWriter version(int newVersion) {
    version = newVersion;
    return this;
  }

  /** A metadata entry of any type, its value as bytes. */
  public GgufWriter entry(String key, int type, byte... value) {
    string(entries, key);
    entries.writeBytes(i32(type));
    entries.writeBytes(value);
    entryCount++;
    return this;
  }

  public GgufWriter entry(String key, String text) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    string(value, text);
    return entry(key, 8, value.toByteArray());
  }

  /** The alignment of what follows, and the entry that says so. */
  public GgufWriter alignment(int newAlignment) {
    alignment = newAlignment;
    return entry("general.alignment", 4, i32(newAlignment));
  }

  /** A tensor and its data; the shape is given as a file has it, innermost first. */
  public GgufWriter tensor(String name, int type, byte[] bytes, long... shape) {
    while (data.size() % alignment != 0) {
      data.write(0);
    }
    tensorAt(name, type, data.size(), shape);
    data.writeBytes(bytes);
    return this;
  }

  /** An entry of a tensor alone. */
  public GgufWriter tensorAt(String name, int type, long offset, long... shape) {
    string(tensors, name);
    tensors.writeBytes(i32(shape.length));
    for (long extent : shape) {
      tensors.writeBytes(i64(extent));
    }
    tensors.writeBytes(i32(type));
    tensors.writeBytes(i64(offset));
    tensorCount++;
    return this;
  }

  /** Says another number of tensors and entries than there are. */
  public GgufWriter counts(long newTensors, long newEntries) {
    tensorCount = newTensors;
    entryCount = newEntries;
    return this;
  }

  public byte[] toBytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(i32(version));
    file.writeBytes(i64(tensorCount));
    file.writeBytes(i64(entryCount));
    file.writeBytes(entries.toByteArray());
    file.writeBytes(tensors.toByteArray());
    while (data.size() > 0 && file.size() % alignment != 0) {
      file.write(0);
    }
    file.writeBytes(data.toByteArray());
    return file.toByteArray();
  }
}
