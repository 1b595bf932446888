// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.setun.bench.gate.probe.Probe;

/** A JVM that runs the {@link Probe} on one build's kernels. */
final class ProbeProcess implements AutoCloseable {
  /**
   * Compiles in the foreground, so that a warm JVM is one whose times have stopped falling; one
   * thread for garbage, of which there is none. Huge pages take the luck of which physical pages a
   * JVM got out of its times: 0.4 % instead of 1.3 % between JVMs for the layers of 64 channels.
   */
  private static final List<String> JVM_ARGUMENTS =
      List.of(
          "-Xbatch",
          "-XX:+UseSerialGC",
          "-Xms300m",
          "-Xmx300m",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseTransparentHugePages",
          "--add-modules=jdk.incubator.vector");

  private final Build build;
  private final Path errors;
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream commands;

  /**
   * Starts a JVM; {@link #answer} then has its first answer.
   *
   * @param build whose kernels it runs
   * @param probeClasses see {@link ProbeClasses}
   * @param jvmArguments further arguments
   */
  ProbeProcess(Build build, Path probeClasses, List<String> jvmArguments) {
    this.build = build;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_ARGUMENTS);
    command.addAll(jvmArguments);
    command.addAll(
        List.of("-cp", probeClasses + System.getProperty("path.separator") + build.jar()));
    command.add(Probe.class.getName());
    try {
      errors = Files.createTempFile("setun-probe", ".err");
      process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    } catch (IOException e) {
      throw new ProbeException("the JVM for " + build.name() + " does not start: " + e, e);
    }
    answers = process.inputReader(StandardCharsets.UTF_8);
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Sends a command without waiting for its answer. */
  void send(String command) {
    commands.println(command);
  }

  /** Waits for the next answer. */
  String answer() {
    try {
      String line;
      do {
        line = answers.readLine();
        if (line == null) {
          throw new ProbeException(
              "the JVM for " + build.name() + " ended early: " + lastLine(errors));
        }
      } while (!line.startsWith(Probe.MARK));
      String answer = line.substring(Probe.MARK.length());
      if (answer.startsWith("incompatible ")) {
        throw new ProbeException(
            build.name()
                + " has another public API than the network that the gate measures needs: "
                + answer.substring("incompatible ".length()));
      }
      return answer;
    } catch (IOException e) {
      throw new ProbeException("the JVM for " + build.name() + " is gone: " + e, e);
    }
  }

  /** Sends a command and waits for its answer. */
  String ask(String command) {
    send(command);
    return answer();
  }

  private static String lastLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.stream()
        .filter(line -> line.startsWith("Exception") || line.startsWith("Error"))
        .findFirst()
        .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(errors);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // The system's own cleaning takes the file.
    }
  }
}
