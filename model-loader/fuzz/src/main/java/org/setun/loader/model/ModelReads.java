// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.setun.loader.model.Section.Type;

/**
 * How inputs become packed models while fuzzing. Checksums and the one layout that is allowed would
 * stop nearly every mutation, so the first byte says how much of them is put right.
 */
public final class ModelReads {
  /** First byte of an input whose rest is a file as it is. */
  static final int RAW = 0;

  /** First byte of an input whose rest is a file but for its checksums. */
  static final int SUMMED = 1;

  /**
   * First byte of an input that is a description up to a byte of 0, then sections: the code of the
   * type, the length in 2 bytes, the content.
   */
  static final int PARTS = 2;

  private ModelReads() {}

  /** Reads what a file holds. */
  public static void modelOrMatrix(Path path) throws IOException {
    try (ModelFile file = ModelFile.open(path)) {
      if (file.holdsMatrix()) {
        file.matrix();
      } else {
        file.model();
      }
    }
  }

  /** Writes a model from an input. */
  public static void laidOut(byte[] input, Path file) throws IOException {
    int kind = input.length == 0 ? RAW : input[0] & 3;
    ByteBuffer rest = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    rest.position(Math.min(1, input.length));
    ByteBuffer content = rest.slice().order(ByteOrder.LITTLE_ENDIAN);
    byte[] bytes = new byte[content.remaining()];
    content.get(0, bytes);
    Files.write(
        file,
        switch (kind) {
          case RAW -> bytes;
          case SUMMED -> summed(bytes);
          default -> layOut(parts(content));
        });
  }

  /** Sums every section that lies in the file, the table and the header. */
  private static byte[] summed(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < FileHeader.BYTES) {
      return file;
    }
    bytes.putLong(16, file.length);
    long count = Integer.toUnsignedLong(bytes.getInt(24));
    long table = count * Section.ENTRY_BYTES;
    if (table <= file.length - FileHeader.BYTES) {
      for (int i = 0; i < count; i++) {
        int entry = FileHeader.BYTES + i * Section.ENTRY_BYTES;
        long offset = bytes.getLong(entry + 8);
        long length = bytes.getLong(entry + 16);
        if (offset >= 0 && length >= 0 && offset <= file.length && length <= file.length - offset) {
          bytes.putInt(entry + 4, FileHeader.crc32c(bytes.slice((int) offset, (int) length)));
        }
      }
      bytes.putInt(28, FileHeader.crc32c(bytes.slice(FileHeader.BYTES, (int) table)));
    }
    bytes.putInt(32, FileHeader.crc32c(bytes.slice(0, 32)));
    return file;
  }

  private record Part(int type, ByteBuffer content) {}

  private static List<Part> parts(ByteBuffer in) {
    int end = 0;
    while (end < in.limit() && in.get(end) != 0) {
      end++;
    }
    List<Part> parts = new ArrayList<>(List.of(new Part(1, in.slice(0, end))));
    in.position(Math.min(end + 1, in.limit()));
    while (in.remaining() >= 3) {
      int type = in.get();
      int length = Math.min(Short.toUnsignedInt(in.getShort()), in.remaining());
      parts.add(new Part(type, in.slice(in.position(), length)));
      in.position(in.position() + length);
    }
    return parts;
  }

  private static byte[] layOut(List<Part> parts) {
    int tableBytes = parts.size() * Section.ENTRY_BYTES;
    ByteBuffer table = ByteBuffer.allocate(tableBytes).order(ByteOrder.LITTLE_ENDIAN);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int start = FileHeader.BYTES + tableBytes;
    for (Part part : parts) {
      while ((start + body.size()) % Section.ALIGNMENT != 0) {
        body.write(0);
      }
      table.putInt(part.type).putInt(FileHeader.crc32c(part.content.duplicate()));
      table.putLong(start + body.size()).putLong(part.content.remaining()).putLong(0);
      byte[] content = new byte[part.content.remaining()];
      part.content.get(0, content);
      body.writeBytes(content);
    }
    table.flip();
    FileHeader header =
        new FileHeader(start + body.size(), parts.size(), FileHeader.crc32c(table.duplicate()));
    return ByteBuffer.allocate(start + body.size())
        .put(header.toBytes())
        .put(table)
        .put(body.toByteArray())
        .array();
  }

  /** The {@link #PARTS} of a model. */
  static byte[] toParts(PackedModel model) throws IOException {
    SectionContents contents = new SectionContents();
    return toParts(HeaderEncoder.encode(model, contents), contents);
  }

  /** The {@link #PARTS} of a matrix. */
  static byte[] toParts(PackedMatrix matrix) throws IOException {
    SectionContents contents = new SectionContents();
    return toParts(MatrixCodec.encode(matrix, contents), contents);
  }

  private static byte[] toParts(byte[] description, SectionContents contents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(PARTS);
    out.writeBytes(description);
    out.write(0);
    for (SectionContents.Content content : contents.inOrder()) {
      ByteBuffer bytes = content.bytes().encode();
      out.write(content.type().ordinal() + Type.JSON.ordinal() + 1);
      out.write(bytes.remaining());
      out.write(bytes.remaining() >> 8);
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      out.writeBytes(array);
    }
    return out.toByteArray();
  }
}
