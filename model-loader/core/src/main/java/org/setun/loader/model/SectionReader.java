// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.setun.kernels.TernaryKernel;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.model.ModelFormatException.Kind;
import org.setun.loader.model.Section.Type;

/**
 * Copies sections of a mapped model into arrays, each checked against its checksum first. Through
 * buffers: the first access to a memory segment takes a new JVM 20 ms, for its method handles.
 */
final class SectionReader implements ArraySource {
  /** Bytes that are taken at a time: a buffer counts them with an int. */
  private static final long MOST_AT_ONCE = 1 << 30;

  private final Path file;
  private final MemorySegment bytes;
  private final List<Section> sections;
  private final BitSet used = new BitSet();

  SectionReader(Path file, MemorySegment bytes, List<Section> sections) {
    this.file = file;
    this.bytes = bytes;
    this.sections = sections;
  }

  /** The description: section 0. */
  byte[] description() throws ModelFormatException {
    used.set(0);
    long length = sections.getFirst().length();
    if (length > HeaderEncoder.MOST_BYTES) {
      throw new ModelFormatException(
          Kind.MALFORMED,
          file,
          "its description has " + length + " bytes, at most " + HeaderEncoder.MOST_BYTES);
    }
    return bytes(checked(0));
  }

  @Override
  public float[] floats(JsonObject json, String field)
      throws JsonFormatException, ModelFormatException {
    MemorySegment content = take(json, field, Type.FLOATS);
    float[] values = new float[(int) (content.byteSize() / Float.BYTES)];
    int count = 0;
    for (ByteBuffer part : parts(content)) {
      part.asFloatBuffer().get(values, count, part.remaining() / Float.BYTES);
      count += part.remaining() / Float.BYTES;
    }
    return values;
  }

  @Override
  public TernaryKernel trits(
      JsonObject json, int outputChannels, int inputChannels, int kernelHeight, int kernelWidth)
      throws JsonFormatException, ModelFormatException {
    return TernaryKernel.ofPlanes(
        words(take(json, "nonzero", Type.WORDS)),
        words(take(json, "sign", Type.WORDS)),
        outputChannels,
        inputChannels,
        kernelHeight,
        kernelWidth);
  }

  @Override
  public boolean[] flags(JsonObject json, String field)
      throws JsonFormatException, ModelFormatException {
    return ArraySource.flags(bytes(take(json, field, Type.FLAGS)), json, field);
  }

  /** Checks that every section was taken. */
  void finish() throws ModelFormatException {
    int unused = used.nextClearBit(0);
    if (unused < sections.size()) {
      throw new ModelFormatException(
          Kind.MALFORMED, file, "section " + unused + " is not referred to");
    }
  }

  /** Whether a section's bytes have the checksum that the table says. */
  boolean isSound(int index) {
    MemorySegment content = content(index);
    CRC32C crc = new CRC32C();
    for (ByteBuffer part : parts(content)) {
      crc.update(part);
    }
    return (int) crc.getValue() == sections.get(index).crc32c();
  }

  private static long[] words(MemorySegment content) {
    long[] words = new long[(int) (content.byteSize() / Long.BYTES)];
    int count = 0;
    for (ByteBuffer part : parts(content)) {
      part.asLongBuffer().get(words, count, part.remaining() / Long.BYTES);
      count += part.remaining() / Long.BYTES;
    }
    return words;
  }

  private static byte[] bytes(MemorySegment content) {
    byte[] bytes = new byte[(int) content.byteSize()];
    int count = 0;
    for (ByteBuffer part : parts(content)) {
      int length = part.remaining();
      part.get(bytes, count, length);
      count += length;
    }
    return bytes;
  }

  private static List<ByteBuffer> parts(MemorySegment content) {
    List<ByteBuffer> parts = new ArrayList<>();
    for (long at = 0; at < content.byteSize(); at += MOST_AT_ONCE) {
      long length = Math.min(MOST_AT_ONCE, content.byteSize() - at);
      parts.add(content.asSlice(at, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }
    return parts;
  }

  /** Checks a section's bytes and returns them. */
  private MemorySegment checked(int index) throws ModelFormatException {
    if (!isSound(index)) {
      throw new ModelFormatException(
          Kind.CHECKSUM, file, "section " + index + " has a wrong checksum");
    }
    return content(index);
  }

  private MemorySegment content(int index) {
    Section section = sections.get(index);
    return bytes.asSlice(section.offset(), section.length());
  }

  private MemorySegment take(JsonObject json, String field, Type type)
      throws JsonFormatException, ModelFormatException {
    int index = json.integer(field, 1);
    if (index >= sections.size()) {
      throw json.error(field, "refers to section " + index + " of " + sections.size());
    }
    if (sections.get(index).type() != type) {
      throw json.error(
          field, "refers to section " + index + ", which holds " + sections.get(index).type());
    }
    if (used.get(index)) {
      throw json.error(field, "refers to section " + index + ", which is taken");
    }
    if (sections.get(index).length() / type.elementBytes() > Integer.MAX_VALUE - Long.BYTES) {
      throw json.error(field, "refers to section " + index + ", too large for an array");
    }
    used.set(index);
    return checked(index);
  }
}
