package org.setun.loader.convert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;
import org.setun.loader.sttn.ZeroPolicy;

/**
 * Converts a training checkpoint to a model.
 *
 * @since 0.1
 */
public final class Converter {
  private static final String METHOD = "sttn";
  private static final int HASH_BUFFER = 1 << 16;

  private Converter() {}

  /**
   * Merges and folds the parameters of a checkpoint.
   *
   * @param checkpoint an open checkpoint
   * @param architecture the network it holds
   * @param zeros what to do with latent weights that are exactly 0
   * @return the model
   * @throws ConversionException if keys or parameters do not fit; it names all of them
   * @throws IOException if the file cannot be read
   */
  public static PackedModel convert(
      Checkpoint checkpoint, Architecture architecture, ZeroPolicy zeros) throws IOException {
    NetworkGraph graph =
        NetworkBuilder.build(checkpoint.path(), architecture, checkpoint.stateDict(), zeros);
    try {
      return new PackedModel(
          architecture.name(),
          METHOD,
          source(checkpoint.path()),
          architecture.preprocessing(),
          architecture.labels(),
          graph);
    } catch (IllegalArgumentException e) {
      throw new ConversionException(
          checkpoint.path(), "architecture " + architecture.name(), List.of(e.getMessage()));
    }
  }

  private static Source source(Path file) throws IOException {
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
