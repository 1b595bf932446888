// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureException;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.arch.BuiltInArchitectures;
import org.setun.loader.checkpoint.Checkpoint;

/**
 * Finds the architecture of a checkpoint.
 *
 * @since 0.1
 */
public final class ArchitectureChoice {
  /** Name of a description that is found by itself when it lies beside the checkpoint. */
  public static final String BESIDE = "architecture.json";

  /** Entry of a checkpoint's metadata that holds a description: the checkpoint brings its own. */
  public static final String INSIDE = "setun.architecture";

  private ArchitectureChoice() {}

  /**
   * The architecture that was asked for.
   *
   * @param nameOrFile a built-in name, or the path of a description
   * @return the architecture
   * @throws ArchitectureException if there is neither, or the description is wrong
   */
  public static Architecture named(String nameOrFile) throws ArchitectureException {
    Objects.requireNonNull(nameOrFile, "nameOrFile");
    if (BuiltInArchitectures.names().contains(nameOrFile)) {
      return BuiltInArchitectures.get(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.exists(file)) {
      throw new ArchitectureException(
          nameOrFile, "neither a file nor a built-in architecture (" + builtIns() + ")");
    }
    return ArchitectureReader.read(file);
  }

  /**
   * The architecture that the checkpoint's metadata holds under {@value #INSIDE}; without it the
   * one whose keys and shapes are exactly the checkpoint's: {@value #BESIDE} in the checkpoint's
   * folder, else a built-in one. Where none fits, the one that the checkpoint's {@code arch} entry
   * or that file suggests, so that converting says what does not fit.
   *
   * @param checkpoint an open checkpoint
   * @return the architecture
   * @throws IOException if there is no candidate, or the description inside or beside the
   *     checkpoint is wrong
   */
  public static Architecture detect(Checkpoint checkpoint) throws IOException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    String inside = checkpoint.metadata().get(INSIDE);
    if (inside != null) {
      return ArchitectureReader.parse(
          checkpoint.path() + ": " + INSIDE, inside.getBytes(StandardCharsets.UTF_8));
    }
    List<Architecture> candidates = new ArrayList<>();
    Optional<Architecture> beside =
        checkpoint.isFile() ? beside(checkpoint.path()) : Optional.empty();
    beside.ifPresent(candidates::add);
    for (String name : BuiltInArchitectures.names()) {
      candidates.add(BuiltInArchitectures.get(name));
    }
    for (Architecture candidate : candidates) {
      if (NetworkBuilder.fits(candidate, checkpoint.stateDict())) {
        return candidate;
      }
    }
    Optional<String> recorded = Optional.ofNullable(checkpoint.metadata().get("arch"));
    for (String name : BuiltInArchitectures.names()) {
      // Training scripts append their variant: resnet18_bwx2.
      if (recorded.isPresent() && recorded.get().startsWith(name)) {
        return BuiltInArchitectures.get(name);
      }
    }
    if (beside.isPresent()) {
      return beside.get();
    }
    throw new ArchitectureException(
        checkpoint.path().toString(),
        "no known architecture has its keys"
            + recorded.map(arch -> " (its arch is '" + arch + "')").orElse("")
            + ": give one with --arch, a built-in name ("
            + builtIns()
            + ") or a JSON file, or put "
            + BESIDE
            + " beside it");
  }

  /**
   * The description {@value #BESIDE} in the folder of a file.
   *
   * @param file the file, whose folder it is about
   * @return the architecture; empty if there is none
   * @throws ArchitectureException if it cannot be read or is wrong
   */
  public static Optional<Architecture> beside(Path file) throws ArchitectureException {
    Objects.requireNonNull(file, "file");
    Path beside = file.resolveSibling(BESIDE);
    if (!Files.exists(beside)) {
      return Optional.empty();
    }
    // Nobody asked for it by name: a pipe that nobody writes into must not hold us up.
    if (!Files.isRegularFile(beside)) {
      throw new ArchitectureException(
          beside.toString(), "not a regular file: remove it, or name an architecture with --arch");
    }
    return Optional.of(ArchitectureReader.read(beside));
  }

  /**
   * What about the keys of a checkpoint does not fit an architecture.
   *
   * @param architecture the architecture
   * @param checkpoint an open checkpoint
   * @return one sentence each for keys that are missing, misshapen and unused; empty if all fit
   * @throws IOException if the checkpoint cannot be read
   */
  public static List<String> problems(Architecture architecture, Checkpoint checkpoint)
      throws IOException {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(checkpoint, "checkpoint");
    return NetworkBuilder.keyProblems(architecture, checkpoint.stateDict());
  }

  private static String builtIns() {
    return String.join(", ", BuiltInArchitectures.names());
  }
}
