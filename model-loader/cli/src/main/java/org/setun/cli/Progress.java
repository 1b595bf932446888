// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error where that is a terminal, else nothing. */
final class Progress implements AutoCloseable {
  /**
   * Set by the launcher, which can ask what Java cannot: the columns of the terminal that standard
   * error is, 0 if it is none.
   */
  private static final String TERMINAL_PROPERTY = "setun.terminal";

  private static final int UPDATE_MILLIS = 100;

  /** Columns below which there is no room for the time left beside a bar. */
  private static final int NARROW = 70;

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /** Starts a bar of {@code total} steps. */
  static Progress start(String task, long total) {
    return start(task, total, Integer.getInteger(TERMINAL_PROPERTY, 0), System.err);
  }

  /** Starts a bar on a terminal of {@code columns}, or none if there are 0. */
  static Progress start(String task, long total, int columns, PrintStream terminal) {
    if (columns <= 0) {
      return new Progress(null);
    }
    // Given, so that the library does not load a native one to measure the terminal. The last
    // column stays free: some terminals begin a new line once it is written.
    int width = columns - 1;
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(terminal, width));
    if (columns < NARROW) {
      builder.hideEta();
    }
    return new Progress(builder.build());
  }

  /** Counts steps, from any thread. */
  void advance(int steps) {
    if (bar != null) {
      bar.stepBy(steps);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
