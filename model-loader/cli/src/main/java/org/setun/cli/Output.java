// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.setun.loader.io.AtomicFile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The file that a command writes, {@code --output}. */
final class Output {
  private Output() {}

  /**
   * Refuses to write over a file that the command reads.
   *
   * @param what what messages call that file
   */
  static void requireOther(CommandSpec spec, Path output, Path input, String what)
      throws IOException {
    if (Files.exists(output) && Files.exists(input) && Files.isSameFile(input, output)) {
      throw new ParameterException(
          spec.commandLine(), "--output is the " + what + " itself, which would be lost");
    }
  }

  /** Where a command tells what it did: not in what it writes. */
  static PrintWriter messages(CommandSpec spec, Path output) {
    return AtomicFile.isStandardOutput(output)
        ? spec.commandLine().getErr()
        : spec.commandLine().getOut();
  }

  /** Its name, and its size where it has one. */
  static String describe(Path output) throws IOException {
    return Files.isRegularFile(output)
        ? Units.bytes(Files.size(output)) + " (" + output + ")"
        : output.toString();
  }
}
