// SPDX-License-Identifier: Apache-2.0
package org.setun.server.cli;

import org.setun.cli.CommandLines;
import org.setun.cli.RootCommand;
import picocli.CommandLine.Command;

/** Where {@code setun serve} starts. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the JVM, see {@link CommandLines#run}.
   *
   * @param arguments {@code serve} and its arguments
   */
  public static void main(String[] arguments) {
    CommandLines.run(new Root(), arguments);
  }

  /** Holds the command. */
  @Command(
      description = "Serves a ternary neural network over HTTP.",
      subcommands = ServeCommand.class)
  static final class Root extends RootCommand {}
}
