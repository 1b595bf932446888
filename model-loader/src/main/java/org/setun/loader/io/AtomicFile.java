package org.setun.loader.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Replaces a file in a single step: whoever opens it sees the old content or the new. */
public final class AtomicFile {
  private AtomicFile() {}

  /** What writes the content. */
  public interface Content {
    /**
     * Writes the content.
     *
     * @param channel an empty file, open for writing
     * @throws IOException if it cannot be written
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a temporary file beside the target, forces it to the disk, and moves it over the target.
   *
   * @param path the file to write
   * @param content what writes the content
   * @throws IOException if the file cannot be written; the target is then as it was
   */
  public static void write(Path path, Content content) throws IOException {
    Path target = path.toAbsolutePath();
    // Not Files.createTempFile: its files are private to their owner, and stay so when moved.
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Writes all that remains in a buffer.
   *
   * @param channel the file
   * @param buffer the bytes
   * @throws IOException if they cannot be written
   */
  public static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
