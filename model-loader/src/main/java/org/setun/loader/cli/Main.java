package org.setun.loader.cli;

import java.io.PrintWriter;
import java.io.Writer;
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
    int exitCode;
    try {
      exitCode =
          commandLine(new PrintWriter(System.out), new PrintWriter(System.err)).execute(arguments);
    } catch (OutOfMemoryError e) {
      System.err.println("setun: out of memory (" + e.getMessage() + "): try a larger -Xmx");
      exitCode = Failures.FAILED;
    }
    System.exit(exitCode);
  }

  /** The commands, how their errors are shown, and where they print. */
  static CommandLine commandLine(Writer out, Writer err) {
    SetunCommand setun = new SetunCommand();
    Failures failures = new Failures(setun);
    return new CommandLine(setun)
        .setOut(new PrintWriter(new PrintableWriter(out), true))
        .setErr(new PrintWriter(new PrintableWriter(err), true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }
}
