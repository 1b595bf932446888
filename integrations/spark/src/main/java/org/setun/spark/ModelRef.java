// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.setun.loader.Model;
import org.setun.loader.model.ModelFile;

/**
 * Where a worker gets a packed model ({@code .setun}), and which one it must be. Small and
 * serializable: it travels with every task, the model itself does not.
 *
 * @since 0.1
 */
public final class ModelRef implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final int SHA256_DIGITS = 64;

  /** Where workers find the file; of a broadcast, where the driver had it. */
  private final String path;

  /** What the file must be, in lower case. */
  private final String sha256;

  /** The file's bytes, or null: workers read the file at {@link #path}. */
  private final Broadcast<byte[]> bytes;

  private ModelRef(String path, String sha256, Broadcast<byte[]> bytes) {
    this.path = path;
    this.sha256 = sha256;
    this.bytes = bytes;
  }

  /**
   * A file that every worker finds at the same path: on a shared file system, part of the workers'
   * image, or sent along with {@code spark-submit --files} (then the path is the bare name).
   *
   * @param path where workers read the packed model; relative to their working folder if relative
   * @param sha256 of the whole file, 64 hexadecimal digits; a worker that finds another file fails
   *     its tasks with a {@link ModelMismatchException}
   * @return the reference; the file is not touched here
   * @throws IllegalArgumentException if {@code sha256} is not one
   */
  public static ModelRef file(String path, String sha256) {
    String digits = sha256.toLowerCase(Locale.ROOT);
    if (digits.length() != SHA256_DIGITS || !digits.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException(
          "not a SHA-256 of " + SHA256_DIGITS + " hexadecimal digits: " + sha256);
    }
    return new ModelRef(path, digits, null);
  }

  /**
   * A file that the driver too can read, at the same path as every worker.
   *
   * @param path the packed model
   * @return the reference, with the file's SHA-256
   * @throws IOException if the file cannot be read
   */
  public static ModelRef file(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return new ModelRef(path.toAbsolutePath().toString(), sha256(in), null);
    } catch (NoSuchFileException e) {
      throw new IOException(path + ": no such file", e);
    }
  }

  /**
   * A file that only the driver needs to have: its bytes are broadcast, once to each worker.
   *
   * @param spark the session to broadcast with
   * @param path the packed model
   * @return the reference
   * @throws IOException if the file cannot be read or is not a packed model
   */
  public static ModelRef broadcast(SparkSession spark, Path path) throws IOException {
    ModelFile.open(path).close();
    byte[] bytes = Files.readAllBytes(path);
    return new ModelRef(
        path.toString(),
        sha256(new ByteArrayInputStream(bytes)),
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(bytes));
  }

  /** {@return the SHA-256 of the model's file, 64 hexadecimal digits in lower case} */
  public String sha256() {
    return sha256;
  }

  @Override
  public String toString() {
    return path + (bytes == null ? "" : " (broadcast)") + ", SHA-256 " + sha256;
  }

  /** Reads the model on this JVM, whether it was read before or not. */
  Model load() throws IOException {
    if (bytes == null) {
      return load(Path.of(path));
    }
    // The loader reads files; what it returns is independent of them.
    Path copy = Files.createTempFile("model-", ".setun");
    try {
      Files.write(copy, bytes.value());
      return load(copy);
    } finally {
      Files.delete(copy);
    }
  }

  private Model load(Path file) throws IOException {
    String found;
    try (InputStream in = Files.newInputStream(file)) {
      found = sha256(in);
    } catch (NoSuchFileException e) {
      throw new IOException("this worker has no model " + file.toAbsolutePath(), e);
    }
    if (!found.equals(sha256)) {
      throw new ModelMismatchException(path, sha256, found);
    }
    return Model.of(ModelFile.read(file));
  }

  private static String sha256(InputStream in) throws IOException {
    try (DigestInputStream digest =
        new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
