package org.setun.loader.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.setun.loader.checkpoint.Checkpoint;

/**
 * The checkpoint a model was made from.
 *
 * @param file name of the file, without its folder
 * @param bytes its size
 * @param sha256 its SHA-256, 64 hexadecimal digits in lower case
 * @since 0.1
 */
public record Source(String file, long bytes, String sha256) {
  private static final int HASH_BUFFER = 1 << 16;

  /**
   * Describes a checkpoint, of a file or in memory.
   *
   * @param checkpoint the open checkpoint
   * @return its name, size and hash
   * @throws IOException if it cannot be read
   */
  public static Source of(Checkpoint checkpoint) throws IOException {
    return checkpoint.isFile()
        ? of(checkpoint.path())
        : new Source(
            checkpoint.path().getFileName().toString(), checkpoint.byteSize(), checkpoint.sha256());
  }

  /**
   * Describes a file.
   *
   * @param file the checkpoint
   * @return its name, size and hash
   * @throws IOException if it cannot be read
   */
  public static Source of(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[HASH_BUFFER];
      long bytes = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
      }
      return new Source(
          file.getFileName().toString(), bytes, HexFormat.of().formatHex(digest.digest()));
    }
  }
}
