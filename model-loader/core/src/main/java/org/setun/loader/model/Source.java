// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.io.Sha256;

/**
 * The checkpoint that a model was made from. Its hash is computed when it is first asked for, so
 * that a program that only runs a network does not wait for it.
 *
 * <p>Of a checkpoint in several files, an index with its shards or an ONNX model with external
 * data, size and hash are those of all the files one after the other: first the one that was named,
 * then the others that were read, in the order of their names.
 *
 * @since 0.1
 */
public final class Source {
  private static final int HASH_BUFFER = 1 << 16;

  private final String file;
  private final long bytes;

  /** What is to be hashed; empty once the hash is known. */
  private List<Part> parts;

  private String sha256;

  /**
   * A checkpoint whose hash is known.
   *
   * @param file name of the file, without its folder
   * @param bytes its size
   * @param sha256 its SHA-256, 64 hexadecimal digits in lower case
   */
  public Source(String file, long bytes, String sha256) {
    this.file = Objects.requireNonNull(file, "file");
    this.bytes = bytes;
    this.parts = List.of();
    this.sha256 = Objects.requireNonNull(sha256, "sha256");
  }

  private Source(String file, List<Part> parts) {
    this.file = file;
    this.bytes = parts.stream().mapToLong(Part::bytes).sum();
    this.parts = parts;
  }

  /** One file as it was when the checkpoint was read. */
  private record Part(Path path, long bytes, FileTime modified) {
    static Part of(Path path) throws IOException {
      return new Part(path, Files.size(path), Files.getLastModifiedTime(path));
    }

    void requireUnchanged() throws IOException {
      if (!equals(of(path))) {
        throw new IOException(
            path + ": has changed since it was read, so its hash would be another file's");
      }
    }
  }

  /**
   * Describes a checkpoint, of a file or in memory. What lies in memory, or in a file system that
   * may be closed, is hashed at once.
   *
   * @param checkpoint the open checkpoint
   * @return its name, size and hash
   * @throws IOException if it cannot be read
   */
  public static Source of(Checkpoint checkpoint) throws IOException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    return checkpoint.isFile()
        ? of(checkpoint.path(), checkpoint.shards())
        : new Source(
            checkpoint.path().getFileName().toString(), checkpoint.byteSize(), checkpoint.sha256());
  }

  /**
   * Describes bytes in memory, which are hashed at once.
   *
   * @param name what they are called
   * @param bytes the bytes
   * @return their name, size and hash
   */
  public static Source of(String name, MemorySegment bytes) {
    Objects.requireNonNull(bytes, "bytes");
    return new Source(name, bytes.byteSize(), Sha256.of(bytes));
  }

  /**
   * Describes a file.
   *
   * @param file the checkpoint
   * @return its name, size and hash
   * @throws IOException if it cannot be read
   */
  public static Source of(Path file) throws IOException {
    return of(file, List.of());
  }

  /**
   * Describes a checkpoint in several files.
   *
   * @param file the one that was named
   * @param others the others that were read, in any order
   * @return the name of the first, the size and the hash of all
   * @throws IOException if one cannot be read
   */
  public static Source of(Path file, List<Path> others) throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(others, "others");
    List<Part> parts = new ArrayList<>();
    parts.add(Part.of(file));
    for (Path other : others.stream().distinct().sorted().toList()) {
      parts.add(Part.of(other));
    }
    Source source = new Source(file.getFileName().toString(), List.copyOf(parts));
    if (file.getFileSystem() != FileSystems.getDefault()) {
      source.hash();
    }
    return source;
  }

  /**
   * The name of the file.
   *
   * @return without its folder
   */
  public String file() {
    return file;
  }

  /**
   * The size.
   *
   * @return of all files, in bytes
   */
  public long bytes() {
    return bytes;
  }

  /**
   * The hash. The first call reads the files.
   *
   * @return the SHA-256, 64 hexadecimal digits in lower case
   * @throws UncheckedIOException if a file cannot be read, or has changed since the checkpoint was
   *     read
   */
  public String sha256() {
    try {
      return hash();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private synchronized String hash() throws IOException {
    if (sha256 == null) {
      MessageDigest digest = Sha256.digest();
      byte[] buffer = new byte[HASH_BUFFER];
      for (Part part : parts) {
        part.requireUnchanged();
        try (InputStream in = Files.newInputStream(part.path())) {
          for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
          }
        }
        part.requireUnchanged();
      }
      sha256 = Sha256.of(digest);
      parts = List.of();
    }
    return sha256;
  }

  /** Equal names, sizes and hashes; the hash is computed if the others are equal. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Source source
        && file.equals(source.file)
        && bytes == source.bytes
        && sha256().equals(source.sha256());
  }

  @Override
  public int hashCode() {
    return Objects.hash(file, bytes);
  }

  @Override
  public synchronized String toString() {
    return file + " (" + bytes + " bytes" + (sha256 == null ? ")" : ", SHA-256 " + sha256 + ")");
  }
}
