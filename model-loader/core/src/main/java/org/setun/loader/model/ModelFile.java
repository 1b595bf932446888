// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.model.ModelFormatException.Kind;
import org.setun.loader.model.Section.Type;

/**
 * A packed model or matrix, opened by mapping: two JVMs that open it share its pages. One in memory
 * is read where it lies, one in another file system, as inside a zip, is copied. The format is
 * described in {@code model-loader/PACKED-MODEL.md}. Confined to the thread that opened it.
 *
 * @since 0.1
 */
public final class ModelFile implements AutoCloseable {
  /** Most sections a model may have; the largest has a few hundred. */
  private static final int MOST_SECTIONS = 1 << 20;

  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;
  private final List<Section> sections;

  private ModelFile(Path path, Arena arena, MemorySegment bytes, List<Section> sections) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
    this.sections = sections;
  }

  /**
   * Whether a file begins as a packed model does.
   *
   * @param path the file
   * @return true if {@link #open} is the way to read it
   * @throws IOException if it is a file and cannot be read
   */
  public static boolean isModel(Path path) throws IOException {
    Objects.requireNonNull(path, "path");
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return FileHeader.startsLike(in.readNBytes(FileHeader.BYTES));
    }
  }

  /**
   * Whether bytes begin as a packed model does.
   *
   * @param bytes the bytes
   * @return true if {@link #read(String, MemorySegment)} is the way to read them
   */
  public static boolean isModel(MemorySegment bytes) {
    Objects.requireNonNull(bytes, "bytes");
    byte[] first = new byte[(int) Math.min(bytes.byteSize(), FileHeader.BYTES)];
    bytes.asSlice(0, first.length).asByteBuffer().get(first);
    return FileHeader.startsLike(first);
  }

  /**
   * Opens a model and checks its header and section table, but none of the sections.
   *
   * @param path the file
   * @return the opened model
   * @throws ModelFormatException if the file cannot be read or is not a sound packed model
   */
  public static ModelFile open(Path path) throws ModelFormatException {
    Objects.requireNonNull(path, "path");
    Arena arena = Arena.ofConfined();
    boolean opened = false;
    try {
      ModelFile file = open(path, arena, content(path, arena));
      opened = true;
      return file;
    } catch (ModelFormatException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new ModelFormatException(Kind.UNREADABLE, path, "no such file", e);
    } catch (IOException e) {
      throw new ModelFormatException(Kind.UNREADABLE, path, "cannot be read: " + e.getMessage(), e);
    } catch (InternalError e) {
      throw cut(path, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static MemorySegment content(Path path, Arena arena) throws IOException {
    if (path.getFileSystem() != FileSystems.getDefault()) {
      return MemorySegment.ofArray(Files.readAllBytes(path));
    }
    try (FileChannel channel = FileChannel.open(path)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private static ModelFile open(Path path, Arena arena, MemorySegment bytes)
      throws ModelFormatException {
    long size = bytes.byteSize();
    ByteBuffer start = bytes.asSlice(0, Math.min(size, FileHeader.BYTES)).asByteBuffer();
    FileHeader header = FileHeader.read(path, start, size);
    return new ModelFile(path, arena, bytes, readTable(path, bytes, header));
  }

  /**
   * Reads a model that lies in memory.
   *
   * @param name what messages call it
   * @param bytes the whole model
   * @return the model, independent of the bytes
   * @throws ModelFormatException if it is not a sound packed model
   */
  public static PackedModel read(String name, MemorySegment bytes) throws ModelFormatException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(bytes, "bytes");
    try (Arena arena = Arena.ofConfined()) {
      return open(Path.of(name), arena, bytes.asReadOnly()).model();
    }
  }

  /**
   * Reads a model from its file.
   *
   * @param path the file
   * @return the model, independent of the file
   * @throws ModelFormatException if the file cannot be read or is not a sound packed model
   */
  public static PackedModel read(Path path) throws ModelFormatException {
    Objects.requireNonNull(path, "path");
    try (ModelFile file = open(path)) {
      return file.model();
    }
  }

  /**
   * Reads a matrix from its file.
   *
   * @param path the file
   * @return the matrix, independent of the file
   * @throws ModelFormatException if the file cannot be read, is not a sound packed file, or holds a
   *     network
   */
  public static PackedMatrix readMatrix(Path path) throws ModelFormatException {
    Objects.requireNonNull(path, "path");
    try (ModelFile file = open(path)) {
      return file.matrix();
    }
  }

  /**
   * The section table.
   *
   * @return the sections in the order of the file
   */
  public List<Section> sections() {
    return sections;
  }

  /**
   * Compares the bytes of a section with its checksum.
   *
   * @param index number of the section, from 0
   * @return whether they fit
   * @throws ModelFormatException if the file was cut since it was opened
   * @throws IndexOutOfBoundsException if there is no such section
   */
  public boolean isSound(int index) throws ModelFormatException {
    try {
      return new SectionReader(path, bytes, sections).isSound(index);
    } catch (InternalError e) {
      throw cut(path, e);
    }
  }

  /**
   * Reads the model, checking every section it uses: all of them.
   *
   * @return the model, independent of this file
   * @throws ModelFormatException if a checksum is wrong, the description is not sound, or the file
   *     holds a matrix
   */
  public PackedModel model() throws ModelFormatException {
    return decode(
        (description, arrays) -> {
          if (MatrixCodec.describesMatrix(description)) {
            throw new ModelFormatException(
                Kind.OTHER_CONTENT,
                path,
                "holds the matrix "
                    + CheckpointException.quote(MatrixCodec.name(description))
                    + ", where a network is wanted; setun inspect shows it");
          }
          return HeaderDecoder.decode(description, arrays);
        });
  }

  /**
   * Whether the file holds a matrix and no network.
   *
   * @return true if {@link #matrix()} is the way to read it, false for {@link #model()}
   * @throws ModelFormatException if the description is damaged
   */
  public boolean holdsMatrix() throws ModelFormatException {
    return read(reader -> MatrixCodec.describesMatrix(JsonObject.parse(reader.description())));
  }

  /**
   * Reads the matrix, checking every section it uses: all of them.
   *
   * @return the matrix, independent of this file
   * @throws ModelFormatException if a checksum is wrong, the description is not sound, or the file
   *     holds a network
   */
  public PackedMatrix matrix() throws ModelFormatException {
    return decode(
        (description, arrays) -> {
          if (!MatrixCodec.describesMatrix(description)) {
            throw new ModelFormatException(
                Kind.OTHER_CONTENT, path, "holds a network, where a matrix is wanted");
          }
          return MatrixCodec.decode(description, arrays);
        });
  }

  /** Makes something of a description and the arrays it refers to. */
  private interface Decoder<T> {
    T decode(JsonObject description, ArraySource arrays) throws IOException;
  }

  /** Makes something of sections. */
  private interface Reading<T> {
    T read(SectionReader reader) throws IOException;
  }

  private <T> T decode(Decoder<T> decoder) throws ModelFormatException {
    return read(
        reader -> {
          T content = decoder.decode(JsonObject.parse(reader.description()), reader);
          reader.finish();
          return content;
        });
  }

  private <T> T read(Reading<T> reading) throws ModelFormatException {
    try {
      return reading.read(new SectionReader(path, bytes, sections));
    } catch (ModelFormatException e) {
      throw e;
    } catch (JsonFormatException | IllegalArgumentException | ArithmeticException e) {
      throw new ModelFormatException(Kind.MALFORMED, path, e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelFormatException(Kind.UNREADABLE, path, "cannot be read: " + e.getMessage(), e);
    } catch (InternalError e) {
      throw cut(path, e);
    }
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    arena.close();
  }

  /** An InternalError is how the JVM reports a page of a mapping past the end of the file. */
  private static ModelFormatException cut(Path path, InternalError e) {
    return new ModelFormatException(Kind.TRUNCATED, path, "was cut while it was open", e);
  }

  /**
   * Sections lie in the order of the table, each at the first aligned position behind the one
   * before it, with zeros between; so they cannot overlap and no byte is unaccounted for.
   */
  private static List<Section> readTable(Path path, MemorySegment bytes, FileHeader header)
      throws ModelFormatException {
    int count = header.sections();
    if (count < 1 || count > MOST_SECTIONS) {
      throw malformed(path, "its header speaks of " + count + " sections");
    }
    long tableBytes = (long) count * Section.ENTRY_BYTES;
    if (FileHeader.BYTES + tableBytes > bytes.byteSize()) {
      throw malformed(path, "its section table does not fit into it");
    }
    ByteBuffer table =
        bytes.asSlice(FileHeader.BYTES, tableBytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (FileHeader.crc32c(table.duplicate()) != header.tableCrc32c()) {
      throw new ModelFormatException(Kind.CHECKSUM, path, "its section table has a wrong checksum");
    }
    List<Section> sections = new ArrayList<>(count);
    long end = FileHeader.BYTES + tableBytes;
    for (int i = 0; i < count; i++) {
      Section section = readEntry(path, i, table);
      if (section.offset() != Section.align(end)
          || section.length() > bytes.byteSize() - section.offset()) {
        throw malformed(path, "section " + i + " does not lie where it must");
      }
      ByteBuffer gap = bytes.asSlice(end, section.offset() - end).asByteBuffer();
      while (gap.hasRemaining()) {
        if (gap.get() != 0) {
          throw malformed(path, "a byte between sections " + (i - 1) + " and " + i + " is not 0");
        }
      }
      sections.add(section);
      end = section.end();
    }
    if (end != bytes.byteSize()) {
      throw malformed(path, bytes.byteSize() - end + " bytes follow the last section");
    }
    return List.copyOf(sections);
  }

  private static Section readEntry(Path path, int index, ByteBuffer table)
      throws ModelFormatException {
    int code = table.getInt();
    int crc32c = table.getInt();
    long offset = table.getLong();
    long length = table.getLong();
    long reserved = table.getLong();
    Type type =
        Type.of(code)
            .orElseThrow(
                () -> malformed(path, "section " + index + " is of the unknown type " + code));
    if ((type == Type.JSON) != (index == 0)) {
      throw malformed(path, "section " + index + " is of the type " + type);
    }
    if (length < 0 || length % type.elementBytes() != 0 || reserved != 0) {
      throw malformed(path, "section " + index + " has a wrong length or reserved field");
    }
    return new Section(type, crc32c, offset, length);
  }

  private static ModelFormatException malformed(Path path, String detail) {
    return new ModelFormatException(Kind.MALFORMED, path, detail);
  }

  /** File and sections, for messages. */
  @Override
  public String toString() {
    return "ModelFile " + path + ", " + sections.size() + " sections";
  }
}
