// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.cli;

import org.setun.cli.CommandLines;

/** Where the commands of {@code ./setun} that measure start. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the JVM, see {@link CommandLines#run}.
   *
   * @param arguments the command and its arguments
   */
  public static void main(String[] arguments) {
    CommandLines.run(new BenchmarksCommand(), arguments);
  }
}
