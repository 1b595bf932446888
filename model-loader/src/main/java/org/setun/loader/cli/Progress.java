package org.setun.loader.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error where that is a terminal, else nothing. */
final class Progress implements AutoCloseable {
  /** Set by the launcher, which can ask what Java cannot: whether descriptor 2 is a terminal. */
  private static final String TERMINAL_PROPERTY = "setun.terminal";

  private static final int UPDATE_MILLIS = 100;

  /** Given, so that the library does not load a native one to measure the terminal. */
  private static final int WIDTH = 79;

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /** Starts a bar of {@code total} steps. */
  static Progress start(String task, long total) {
    if (!Boolean.getBoolean(TERMINAL_PROPERTY)) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
            .build());
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
