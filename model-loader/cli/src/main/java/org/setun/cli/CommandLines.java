// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine;

/**
 * Command lines of one style: an error is one line that begins with {@code setun: }, and what is
 * printed cannot steer the terminal. The modules that add commands to {@code ./setun} share it.
 */
public final class CommandLines {
  private CommandLines() {}

  /**
   * Runs one command and ends the JVM: exit code 0 if it succeeds, 1 if it fails, 2 if it was
   * called wrongly, or what the command returns.
   *
   * @param root holds the commands
   * @param arguments the command and its arguments
   */
  public static void run(RootCommand root, String... arguments) {
    int exitCode;
    try {
      exitCode =
          of(root, new PrintWriter(System.out), new PrintWriter(System.err)).execute(arguments);
    } catch (OutOfMemoryError e) {
      System.err.println("setun: out of memory (" + e.getMessage() + "): try a larger -Xmx");
      exitCode = Failures.FAILED;
    }
    // Writers and streams keep errors to themselves: a full disk, or a reader that has gone.
    if (System.out.checkError()) {
      System.err.println("setun: the standard output cannot be written");
      exitCode = exitCode == 0 ? Failures.FAILED : exitCode;
    }
    System.exit(exitCode);
  }

  /**
   * Prepares a command line.
   *
   * @param root holds the commands
   * @param out where they print
   * @param err where errors are shown
   * @return the command line
   */
  public static CommandLine of(RootCommand root, Writer out, Writer err) {
    Failures failures = new Failures(root);
    return new CommandLine(root)
        .setOut(new PrintWriter(new PrintableWriter(out), true))
        .setErr(new PrintWriter(new PrintableWriter(err), true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }
}
