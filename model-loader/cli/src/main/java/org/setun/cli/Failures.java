// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows an error as one line that begins with {@code setun: }. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  /** Exit code of a command that failed. */
  static final int FAILED = 1;

  private final RootCommand root;

  Failures(RootCommand root) {
    this.root = root;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    show(command.getErr(), e, line(e));
    return FAILED;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    StringBuilder line = new StringBuilder(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      line.append(", did you mean ").append(String.join(" or ", unmatched.getSuggestions()));
    }
    line.append(" (see ").append(command.getCommandSpec().qualifiedName()).append(" --help)");
    show(command.getErr(), e, line.toString());
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private void show(PrintWriter err, Exception e, String message) {
    err.println("setun: " + oneLine(message));
    if (root.isVerbose()) {
      e.printStackTrace(err);
    }
    err.flush();
  }

  /** What an exception has to say to a person, in one line. */
  static String line(Exception e) {
    return oneLine(message(e));
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s*\\R\\s*", " ");
  }

  private static String message(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
