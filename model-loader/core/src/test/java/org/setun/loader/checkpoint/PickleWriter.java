// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes pickles, opcode by opcode, valid or not. */
final class PickleWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  PickleWriter() {
    op(0x80).op(2); // PROTO 2
  }

  byte[] stop() {
    return op('.').bytes.toByteArray();
  }

  PickleWriter op(int opcode) {
    bytes.write(opcode);
    return this;
  }

  PickleWriter ops(String opcodes) {
    opcodes.chars().forEach(this::op);
    return this;
  }

  PickleWriter int32(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  /** BININT, or LONG1 for what it cannot hold. */
  PickleWriter integer(long value) {
    if ((int) value == value) {
      return op('J').int32((int) value);
    }
    op(0x8a).op(8);
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  PickleWriter string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').int32(utf8.length).bytes.writeBytes(utf8);
    return this;
  }

  PickleWriter global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  PickleWriter tuple(long... values) {
    op('(');
    for (long value : values) {
      integer(value);
    }
    return op('t');
  }

  /** The persistent id of a storage on the CPU. */
  PickleWriter storage(String type, String key, long size) {
    return op('(')
        .string("storage")
        .global("torch", type)
        .string(key)
        .string("cpu")
        .integer(size)
        .ops("tQ");
  }

  /** The persistent id of a storage before torch 1.6: with a view (key, offset, size) of it. */
  PickleWriter storageView(String type, String key, long size, long offset, long viewSize) {
    return op('(')
        .string("storage")
        .global("torch", type)
        .string(key)
        .string("cpu")
        .integer(size)
        .op('(')
        .string("view")
        .integer(offset)
        .integer(viewSize)
        .ops("ttQ");
  }

  /** A call of {@code _rebuild_tensor_v2} on the storage. */
  PickleWriter tensor(
      String type, String key, long size, long offset, long[] shape, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .storage(type, key, size)
        .integer(offset)
        .tuple(shape)
        .tuple(strides)
        .op(0x89) // NEWFALSE
        .global("collections", "OrderedDict")
        .ops(")RtR");
  }

  /** A dictionary of the one item. */
  static byte[] dict(String key, Consumer<PickleWriter> value) {
    PickleWriter pickle = new PickleWriter().op('}').string(key);
    value.accept(pickle);
    return pickle.op('s').stop();
  }
}
