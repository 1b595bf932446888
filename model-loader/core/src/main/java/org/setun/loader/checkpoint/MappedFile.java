// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * A file mapped read-only as one segment: pages are read when touched and cost no heap, so a
 * checkpoint may be larger than memory.
 */
final class MappedFile implements AutoCloseable {
  private static final long COPIED_AT_ONCE = 1 << 20;

  private final Path path;
  private final boolean isFile;
  private final Arena arena;
  private final MemorySegment bytes;

  /** Files that were mapped beside this one. */
  private final List<Path> siblings = new ArrayList<>();

  /** Bytes that parts of the file take when inflated. */
  private long inflated;

  private MappedFile(Path path, boolean isFile, Arena arena, MemorySegment bytes) {
    this.path = path;
    this.isFile = isFile;
    this.arena = arena;
    this.bytes = bytes;
  }

  /** Maps a regular file; {@link Kind#UNREADABLE} when it is none or cannot be opened. */
  static MappedFile map(Path path) throws CheckpointException {
    Arena arena = Arena.ofShared();
    boolean mapped = false;
    try {
      MappedFile file = map(path, arena);
      mapped = true;
      return file;
    } finally {
      if (!mapped) {
        arena.close();
      }
    }
  }

  /** Bytes in memory that belong to the caller, under a name for messages. */
  static MappedFile of(String name, MemorySegment bytes) {
    return new MappedFile(Path.of(name), false, Arena.ofShared(), bytes.asReadOnly());
  }

  /** Whether there is a file, or only bytes in memory. */
  boolean isFile() {
    return isFile;
  }

  /** Maps another file of the same folder, to be unmapped together with this one. */
  MappedFile sibling(String name) throws CheckpointException {
    if (!isFile) {
      throw error(Kind.UNSUPPORTED, "names other files, which bytes in memory do not lie beside");
    }
    Path sibling = path.resolveSibling(name);
    MappedFile mapped = map(sibling, arena);
    siblings.add(sibling);
    return mapped;
  }

  private static MappedFile map(Path path, Arena arena) throws CheckpointException {
    // A FIFO would block the open and a device has no size, so neither is tried.
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new CheckpointException(Kind.UNREADABLE, path, "not a regular file");
    }
    try {
      MemorySegment bytes =
          path.getFileSystem() == FileSystems.getDefault()
              ? mapped(path, arena)
              : copied(path, arena);
      return new MappedFile(path, true, arena, bytes);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(Kind.UNREADABLE, path, null, "no such file", e);
    } catch (IOException e) {
      throw new CheckpointException(
          Kind.UNREADABLE, path, null, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static MemorySegment mapped(Path path, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  /** The file of a file system without mappings, such as one inside a zip. */
  private static MemorySegment copied(Path path, Arena arena) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      MemorySegment bytes = arena.allocate(channel.size());
      for (long at = 0; at < bytes.byteSize(); ) {
        long left = bytes.byteSize() - at;
        int read = channel.read(bytes.asSlice(at, Math.min(left, COPIED_AT_ONCE)).asByteBuffer());
        if (read < 0) {
          return bytes.asSlice(0, at);
        }
        at += read;
      }
      return bytes;
    }
  }

  Path path() {
    return path;
  }

  /** The files that {@link #sibling} mapped. */
  List<Path> siblings() {
    return siblings;
  }

  long size() {
    return bytes.byteSize();
  }

  /** What the file may hold: its size, and that of what is compressed in it. */
  long capacity() {
    return size() + inflated;
  }

  /** Announces compressed parts, of which so much may be inflated. */
  void addInflated(long extra) {
    inflated += extra;
  }

  /** Memory that lives as long as the mapping. */
  MemorySegment allocate(long length) {
    return arena.allocate(length);
  }

  /** The whole file. */
  MemorySegment bytes() {
    return bytes;
  }

  /**
   * A part of the file.
   *
   * @param what names the part in the {@link Kind#TRUNCATED} error when it is not all inside
   */
  MemorySegment slice(long offset, long length, String what) throws CheckpointException {
    if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
      throw error(
          Kind.TRUNCATED,
          what + " (" + length + " bytes at " + offset + ") is outside the file of " + size());
    }
    return bytes.asSlice(offset, length);
  }

  CheckpointException error(Kind kind, String detail) {
    return new CheckpointException(kind, path, detail);
  }

  CheckpointException error(Kind kind, String tensor, String detail) {
    return new CheckpointException(kind, path, tensor, detail, null);
  }

  @Override
  public void close() {
    arena.close();
  }
}
