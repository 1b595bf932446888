// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.setun.loader.io.AtomicFile;

/**
 * Writes packed models and matrices, {@code .setun} files; the format is described in {@code
 * model-loader/PACKED-MODEL.md}. Equal contents give equal files.
 *
 * @since 0.1
 */
public final class ModelWriter {
  private ModelWriter() {}

  /**
   * Writes a model to a file that replaces an existing one in a single step: a crash leaves the old
   * file or the new one.
   *
   * @param model the model
   * @param path the file to write; a temporary file appears beside it while writing
   * @throws IOException if the file cannot be written
   */
  public static void write(PackedModel model, Path path) throws IOException {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(path, "path");
    SectionContents contents = new SectionContents();
    byte[] description = HeaderEncoder.encode(model, contents);
    AtomicFile.write(path, channel -> write(channel, description, contents));
  }

  /**
   * Writes a matrix to a file, as {@link #write(PackedModel, Path)} writes a model.
   *
   * @param matrix the matrix
   * @param path the file to write; a temporary file appears beside it while writing
   * @throws IOException if the file cannot be written
   */
  public static void write(PackedMatrix matrix, Path path) throws IOException {
    Objects.requireNonNull(matrix, "matrix");
    Objects.requireNonNull(path, "path");
    SectionContents contents = new SectionContents();
    byte[] description = MatrixCodec.encode(matrix, contents);
    AtomicFile.write(path, channel -> write(channel, description, contents));
  }

  /** The sections are encoded twice, since their checksums stand before them. */
  private static void write(
      WritableByteChannel channel, byte[] description, SectionContents contents)
      throws IOException {
    List<SectionContents.Content> all = new ArrayList<>();
    all.add(new SectionContents.Content(Section.Type.JSON, () -> ByteBuffer.wrap(description)));
    all.addAll(contents.inOrder());

    ByteBuffer table =
        ByteBuffer.allocate(all.size() * Section.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long end = FileHeader.BYTES + table.capacity();
    for (SectionContents.Content content : all) {
      ByteBuffer bytes = content.bytes().encode();
      Section section =
          new Section(
              content.type(),
              FileHeader.crc32c(bytes.duplicate()),
              Section.align(end),
              bytes.remaining());
      section.put(table);
      end = section.end();
    }
    table.flip();
    FileHeader header = new FileHeader(end, all.size(), FileHeader.crc32c(table.duplicate()));
    AtomicFile.writeAll(channel, header.toBytes());
    AtomicFile.writeAll(channel, table);
    long position = FileHeader.BYTES + table.capacity();
    for (SectionContents.Content content : all) {
      ByteBuffer bytes = content.bytes().encode();
      int padding = Math.toIntExact(Section.align(position) - position);
      AtomicFile.writeAll(channel, ByteBuffer.allocate(padding));
      position += padding + bytes.remaining();
      AtomicFile.writeAll(channel, bytes);
    }
  }
}
