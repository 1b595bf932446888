// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A protocol buffers message in the making, field by field. */
final class ProtoMessage {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  /** Writes one field. */
  @FunctionalInterface
  private interface Field {
    void write() throws IOException;
  }

  private ProtoMessage add(Field field) {
    try {
      field.write();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  ProtoMessage integer(int field, long value) {
    return add(() -> out.writeInt64(field, value));
  }

  ProtoMessage real(int field, float value) {
    return add(() -> out.writeFloat(field, value));
  }

  ProtoMessage string(int field, String value) {
    return add(() -> out.writeString(field, value));
  }

  ProtoMessage bytes(int field, byte[] value) {
    return add(() -> out.writeByteArray(field, value));
  }

  ProtoMessage message(int field, ProtoMessage value) {
    return bytes(field, value.toByteArray());
  }

  byte[] toByteArray() {
    add(out::flush);
    return bytes.toByteArray();
  }
}
