// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.StringWriter;
import java.nio.file.Path;

/** Runs commands in this JVM. */
final class Cli {
  static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  static final Path CHECKPOINT = TESTDATA.resolve("fmnist/checkpoint.pth.tar");

  private Cli() {}

  /** What a command did. */
  record Result(int exitCode, String out, String err) {
    String lastLine() {
      return out.lines().reduce("", (before, line) -> line);
    }
  }

  static Result run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] strings = new String[arguments.length];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = arguments[i].toString();
    }
    int exitCode = CommandLines.of(new SetunCommand(), out, err).execute(strings);
    return new Result(exitCode, out.toString(), err.toString());
  }
}
