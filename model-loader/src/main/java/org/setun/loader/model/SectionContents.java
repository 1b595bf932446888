package org.setun.loader.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.setun.loader.model.Section.Type;

/**
 * The arrays of a model in the order of their sections, each turned into bytes only when it is
 * written. The first is section 1: section 0 is the description, which refers to the others.
 */
final class SectionContents {
  private final List<Content> contents = new ArrayList<>();

  /** Gives the bytes of a section. */
  interface Bytes {
    ByteBuffer encode();
  }

  /** A section to be written. */
  record Content(Type type, Bytes bytes) {}

  /** Adds fp32 numbers and returns their section. */
  int add(float[] values) {
    return add(
        Type.FLOATS,
        () -> {
          ByteBuffer bytes = littleEndian(Math.multiplyExact(values.length, Float.BYTES));
          bytes.asFloatBuffer().put(values);
          return bytes;
        });
  }

  /** Adds words of a bit plane and returns their section. */
  int add(long[] words) {
    return add(
        Type.WORDS,
        () -> {
          ByteBuffer bytes = littleEndian(Math.multiplyExact(words.length, Long.BYTES));
          bytes.asLongBuffer().put(words);
          return bytes;
        });
  }

  /** Adds truth values and returns their section. */
  int add(boolean[] flags) {
    return add(
        Type.FLAGS,
        () -> {
          ByteBuffer bytes = littleEndian(flags.length);
          for (boolean flag : flags) {
            bytes.put((byte) (flag ? 1 : 0));
          }
          return bytes.flip();
        });
  }

  List<Content> inOrder() {
    return contents;
  }

  private int add(Type type, Bytes bytes) {
    contents.add(new Content(type, bytes));
    return contents.size();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
