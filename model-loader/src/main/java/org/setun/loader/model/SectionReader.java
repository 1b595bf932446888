package org.setun.loader.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.setun.kernels.TernaryKernel;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.model.ModelFormatException.Kind;
import org.setun.loader.model.Section.Type;

/** Copies sections of a mapped model into arrays, each checked against its checksum first. */
final class SectionReader implements ArraySource<ModelFormatException> {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Bytes that a checksum takes in at a time: a buffer counts them with an int. */
  private static final long CHECKED_AT_ONCE = 1 << 30;

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
    if (sections.getFirst().length() > Integer.MAX_VALUE - Section.ALIGNMENT) {
      throw new ModelFormatException(Kind.MALFORMED, file, "its description has 2 GB or more");
    }
    return checked(0).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public float[] floats(JsonObject json, String field)
      throws JsonFormatException, ModelFormatException {
    return take(json, field, Type.FLOATS).toArray(FLOAT);
  }

  @Override
  public TernaryKernel trits(
      JsonObject json, int outputChannels, int inputChannels, int kernelHeight, int kernelWidth)
      throws JsonFormatException, ModelFormatException {
    return TernaryKernel.ofPlanes(
        take(json, "nonzero", Type.WORDS).toArray(WORD),
        take(json, "sign", Type.WORDS).toArray(WORD),
        outputChannels,
        inputChannels,
        kernelHeight,
        kernelWidth);
  }

  @Override
  public boolean[] flags(JsonObject json, String field)
      throws JsonFormatException, ModelFormatException {
    byte[] values = take(json, field, Type.FLAGS).toArray(ValueLayout.JAVA_BYTE);
    boolean[] flags = new boolean[values.length];
    for (int i = 0; i < flags.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw json.error(field, "refers to flags of which one is " + values[i]);
      }
      flags[i] = values[i] == 1;
    }
    return flags;
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
    for (long at = 0; at < content.byteSize(); at += CHECKED_AT_ONCE) {
      long length = Math.min(CHECKED_AT_ONCE, content.byteSize() - at);
      crc.update(content.asSlice(at, length).asByteBuffer());
    }
    return (int) crc.getValue() == sections.get(index).crc32c();
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
