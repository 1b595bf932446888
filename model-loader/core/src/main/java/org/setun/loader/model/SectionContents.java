// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.setun.kernels.TernaryKernel;
import org.setun.loader.model.Section.Type;

/**
 * The arrays of a model in the order of their sections, each turned into bytes only when it is
 * written. The first is section 1: section 0 is the description, which refers to the others.
 */
final class SectionContents implements ArraySink {
  private final List<Content> contents = new ArrayList<>();

  /** Gives the bytes of a section. */
  interface Bytes {
    ByteBuffer encode();
  }

  /** A section to be written. */
  record Content(Type type, Bytes bytes) {}

  @Override
  public void floats(JsonGenerator json, String layer, String field, float[] values, long... shape)
      throws IOException {
    int section =
        add(
            Type.FLOATS,
            () -> {
              ByteBuffer bytes = littleEndian(Math.multiplyExact(values.length, Float.BYTES));
              bytes.asFloatBuffer().put(values);
              return bytes;
            });
    json.writeNumberField(field, section);
  }

  @Override
  public void flags(JsonGenerator json, String layer, String field, boolean[] flags)
      throws IOException {
    int section =
        add(
            Type.FLAGS,
            () -> {
              ByteBuffer bytes = littleEndian(flags.length);
              for (boolean flag : flags) {
                bytes.put((byte) (flag ? 1 : 0));
              }
              return bytes.flip();
            });
    json.writeNumberField(field, section);
  }

  @Override
  public void trits(JsonGenerator json, String layer, TernaryKernel kernel) throws IOException {
    json.writeNumberField("nonzero", add(kernel.nonzeroPlane()));
    json.writeNumberField("sign", add(kernel.signPlane()));
  }

  List<Content> inOrder() {
    return contents;
  }

  private int add(long[] words) {
    return add(
        Type.WORDS,
        () -> {
          ByteBuffer bytes = littleEndian(Math.multiplyExact(words.length, Long.BYTES));
          bytes.asLongBuffer().put(words);
          return bytes;
        });
  }

  /** Adds a section and returns its number. */
  private int add(Type type, Bytes bytes) {
    contents.add(new Content(type, bytes));
    return contents.size();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
