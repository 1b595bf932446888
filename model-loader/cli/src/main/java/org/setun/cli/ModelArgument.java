// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.method.Method;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.method.ScaleExtent;
import org.setun.loader.method.ZeroPolicy;
import org.setun.loader.model.PackedModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The model a command runs: a packed model, or a checkpoint and how to read it. */
public final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "This is a .setun file, an exported model, or a checkpoint.")
  private Path file;

  @Mixin private CheckpointOptions options;

  /** For picocli, which fills it in. */
  public ModelArgument() {}

  Path file() {
    return file;
  }

  /**
   * Loads the model.
   *
   * @return the model, ready to run
   * @throws IOException if it cannot be read; the message says why in one line
   */
  public Model load() throws IOException {
    return Model.load(file, options.toLoadOptions());
  }

  /** The model as it is stored, not made ready to run. */
  PackedModel read() throws IOException {
    return Model.read(file, options.toLoadOptions());
  }

  /** How to read a checkpoint. */
  public static final class CheckpointOptions {
    @Option(
        names = "--arch",
        paramLabel = "NAME|FILE",
        description = "Read the checkpoint as this architecture: a built-in name or a JSON file.")
    private String architecture;

    @Option(
        names = "--method",
        paramLabel = "METHOD",
        defaultValue = "auto",
        description =
            "Say how the weights were trained: ${COMPLETION-CANDIDATES}. By default the tensors"
                + " show it.")
    private Method method;

    @Mixin private StateOption state;

    @Option(
        names = "--zeros",
        paramLabel = "POLICY",
        defaultValue = "refuse",
        description =
            "Say what to do with latent weights that are exactly 0: ${COMPLETION-CANDIDATES}. The"
                + " default is to refuse them.")
    private ZeroPolicy zeros;

    @Option(
        names = "--threshold",
        paramLabel = "FACTOR",
        description =
            "Make latents 0 that are within FACTOR times their mean magnitude (twn; the default is"
                + " 0.75) or times the largest (ttq; 0.05).")
    private Double threshold;

    @Option(
        names = "--scale-per",
        paramLabel = "EXTENT",
        defaultValue = "tensor",
        description =
            "Say which weights share a threshold and a scale (twn): ${COMPLETION-CANDIDATES}. The"
                + " default is the tensor.")
    private ScaleExtent extent;

    @Option(
        names = "--center",
        description = "Centre and clamp latents first (xnor), as its public code does.")
    private boolean center;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** For picocli, which fills it in. */
    public CheckpointOptions() {}

    Optional<String> state() {
      return state.key();
    }

    /**
     * {@return what they say}
     *
     * @throws ParameterException if they contradict each other
     */
    public LoadOptions toLoadOptions() {
      OptionalDouble factor =
          threshold == null ? OptionalDouble.empty() : OptionalDouble.of(threshold);
      MethodOptions options;
      try {
        options = new MethodOptions(method, zeros, factor, extent, center);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--threshold: " + e.getMessage(), e);
      }
      // The layers' methods say the rest once they are known.
      List<String> unread = options.unreadBy(Set.of(method));
      if (method != Method.AUTO && !unread.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), unread.getFirst() + ", --method is " + method.label());
      }
      return new LoadOptions(Optional.ofNullable(architecture), options, state.key());
    }
  }
}
