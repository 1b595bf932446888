// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.depth;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.setun.kernels.select.Capabilities;

/** Runs ternary layers at {@value DepthCallers#DEPTHS} call depths in a JVM of its own. */
public final class DepthCheck {
  /** In place of the machine's own vectors: 256 bits, 16 registers, and no vector popcount. */
  private static final List<String> AVX2 = List.of("-XX:UseAVX=2");

  private final Path jar;

  /**
   * Prepares.
   *
   * @param jar the benchmarks.jar whose kernels run
   */
  public DepthCheck(Path jar) {
    this.jar = jar;
  }

  /**
   * What became of some layers.
   *
   * @param layers which
   * @param implementation the kernels
   * @param medianMicros median time over the depths
   * @param slow depths that were always slow, with how many times the median they took
   */
  public record Finding(
      String layers, String implementation, double medianMicros, List<Slow> slow) {

    /** A sentence for people. */
    public String describe() {
      String head =
          String.format(
              Locale.ROOT,
              "call depth, %s, layers %s, %.0f µs: ",
              implementation,
              layers,
              medianMicros);
      if (slow.isEmpty()) {
        return head + "no depth matters";
      }
      return head
          + String.format(
              Locale.ROOT,
              "SLOWER at %d of %d depths, up to %.2f times the median; at %s bytes",
              slow.size(),
              DepthCallers.DEPTHS,
              slow.stream().mapToDouble(Slow::ratio).max().orElseThrow(),
              slow.stream()
                  .map(each -> String.valueOf(each.depth() * DepthCallers.STEP))
                  .collect(Collectors.joining(", ")));
    }
  }

  /**
   * A depth at which the layers are slow.
   *
   * @param depth its number
   * @param ratio how many times the median it took
   */
  public record Slow(int depth, double ratio) {}

  /** JVM arguments for the machines that this one can stand in for, itself first. */
  public static List<List<String>> machines() {
    Capabilities here = Capabilities.detect();
    boolean hasMoreThanAvx2 =
        List.of("amd64", "x86_64").contains(here.architecture()) && here.vectorRegisters() > 16;
    return hasMoreThanAvx2 ? List.of(List.of(), AVX2) : List.of(List.of());
  }

  /**
   * Measures.
   *
   * @param arguments further arguments of the JVM
   * @throws IOException if it does not answer
   */
  public List<Finding> check(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xbatch",
            "-XX:+UseSerialGC",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=exclude," + DepthCallers.CLASS_NAME + "::*",
            "-XX:CompileCommand=exclude," + DepthProbe.class.getName() + "*::*",
            "--add-modules=jdk.incubator.vector"));
    command.addAll(arguments);
    command.addAll(List.of("-cp", jar.toString(), DepthProbe.class.getName()));
    Path errors = Files.createTempFile("setun-depth", ".err");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      List<Finding> findings;
      try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
        findings = parse(answers.lines().toList());
      }
      if (process.waitFor() != 0 || findings.isEmpty()) {
        throw new IOException("no call depths were measured: " + Files.readString(errors).strip());
      }
      return findings;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.delete(errors);
    }
  }

  /** Reads what {@link DepthProbe} prints. */
  static List<Finding> parse(List<String> lines) {
    List<Finding> findings = new ArrayList<>();
    String implementation = "";
    for (String line : lines) {
      if (line.startsWith(DepthProbe.RUNS_ON)) {
        implementation = line.substring(DepthProbe.RUNS_ON.length());
      } else if (line.startsWith(DepthProbe.RESULT)) {
        String[] words = line.substring(DepthProbe.RESULT.length()).split(" ");
        List<Slow> slow = new ArrayList<>();
        for (String word : List.of(words).subList(2, words.length)) {
          String[] parts = word.split(":");
          slow.add(new Slow(Integer.parseInt(parts[0]), Double.parseDouble(parts[1])));
        }
        findings.add(
            new Finding(words[0], implementation, Double.parseDouble(words[1]) / 1e3, slow));
      }
    }
    return findings;
  }
}
