// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How many threads a command may use. */
public final class ThreadsOption {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  private int threads = Runtime.getRuntime().availableProcessors();

  /** For picocli, which fills it in. */
  public ThreadsOption() {}

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Use N threads. By default there is one for each processor.")
  private void setThreads(int threads) {
    if (threads < 1) {
      throw new ParameterException(spec.commandLine(), "--threads must be at least 1");
    }
    this.threads = threads;
  }

  /**
   * How many.
   *
   * @return at least 1
   */
  public int count() {
    return threads;
  }
}
