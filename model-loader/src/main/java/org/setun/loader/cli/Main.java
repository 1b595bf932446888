package org.setun.loader.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Where {@code setun} starts. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the JVM: exit code 0 if it succeeds, 1 if it fails, 2 if it was
   * called wrongly.
   *
   * @param arguments the command and its arguments
   */
  public static void main(String[] arguments) {
    CommandLine commandLine = commandLine();
    commandLine.setOut(new PrintWriter(System.out, true));
    commandLine.setErr(new PrintWriter(System.err, true));
    int exitCode;
    try {
      exitCode = commandLine.execute(arguments);
    } catch (OutOfMemoryError e) {
      System.err.println("setun: out of memory (" + e.getMessage() + "): try a larger -Xmx");
      exitCode = Failures.FAILED;
    }
    System.exit(exitCode);
  }

  /** The commands, and how their errors are shown. */
  static CommandLine commandLine() {
    SetunCommand setun = new SetunCommand();
    Failures failures = new Failures(setun);
    return new CommandLine(setun)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }
}
