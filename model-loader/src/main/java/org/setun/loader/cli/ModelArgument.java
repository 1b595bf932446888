package org.setun.loader.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.model.PackedModel;
import org.setun.loader.sttn.ZeroPolicy;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model a command runs: a packed model, or a checkpoint and how to read it. */
final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A .setun file, an exported model, or a checkpoint.")
  private Path file;

  @Mixin private CheckpointOptions options;

  Path file() {
    return file;
  }

  Model load() throws IOException {
    return Model.load(file, options.toLoadOptions());
  }

  /** The model as it is stored, not made ready to run. */
  PackedModel read() throws IOException {
    return Model.read(file, options.toLoadOptions());
  }

  /** How to read a checkpoint. */
  static final class CheckpointOptions {
    @Option(
        names = "--arch",
        paramLabel = "NAME|FILE",
        description = "Architecture of a checkpoint: a built-in name or a JSON file.")
    private String architecture;

    @Option(
        names = "--zeros",
        paramLabel = "POLICY",
        defaultValue = "refuse",
        description =
            "Latent weights that are exactly 0: ${COMPLETION-CANDIDATES}. Default: refuse.")
    private ZeroPolicy zeros;

    LoadOptions toLoadOptions() {
      return new LoadOptions(Optional.ofNullable(architecture), zeros);
    }
  }
}
