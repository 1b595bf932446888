package org.setun.loader.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;

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
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    String[] strings = new String[arguments.length];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = arguments[i].toString();
    }
    int exitCode = commandLine.execute(strings);
    return new Result(exitCode, out.toString(), err.toString());
  }
}
