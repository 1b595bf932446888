// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.setun.bench.gate.code.CodeCheck;
import org.setun.bench.gate.depth.DepthCheck;
import org.setun.bench.gate.stats.Rule;

/**
 * One comparison, from the names of two builds to a verdict.
 *
 * @param root the checkout
 * @param threshold slow-down that is to be found, such as 0.05
 * @param limit longest time to measure; building comes on top
 * @param leastRounds rounds before the first look
 * @param benchmarks those that may raise an alarm, or {@code null} for all
 * @param jvmArguments further arguments of both sides' JVMs
 */
public record PerfCheck(
    Path root,
    double threshold,
    Duration limit,
    int leastRounds,
    List<String> benchmarks,
    List<String> jvmArguments) {

  /** Checks the names. */
  public PerfCheck {
    benchmarks = benchmarks == null ? PassTimes.benchmarks() : List.copyOf(benchmarks);
    for (String name : benchmarks) {
      if (!PassTimes.benchmarks().contains(name)) {
        throw new IllegalArgumentException(
            "no benchmark '" + name + "'; there are " + PassTimes.benchmarks());
      }
    }
  }

  /**
   * Compares.
   *
   * @param base a git revision or a jar
   * @param candidate the same, or {@code null} for the working tree
   * @param json whether to print JSON
   * @param out receives the result
   * @param err receives the progress
   * @return the exit code: 0 not slower, 1 slower, 2 cannot tell
   * @throws BuildException if a side cannot be built
   * @throws ProbeException if a side cannot be measured
   */
  public int compareTimes(
      String base, String candidate, boolean json, PrintWriter out, PrintWriter err) {
    Interruption interruption = new Interruption();
    try {
      Path folder = Files.createTempDirectory("setun-perf-check");
      try (Builds builds = new Builds(root, folder)) {
        return compareTimes(builds, folder, base, candidate, json, out, err);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      interruption.close();
    }
  }

  private int compareTimes(
      Builds builds,
      Path folder,
      String base,
      String candidate,
      boolean json,
      PrintWriter out,
      PrintWriter err)
      throws IOException {
    Path probeClasses = folder.resolve("probe");
    ProbeClasses.writeTo(probeClasses);
    err.println("base: " + base);
    Build a = builds.find(base);
    Build b = candidate == null ? Builds.candidate() : builds.find(candidate);
    Rounds rounds = new Rounds(a, b, probeClasses, jvmArguments);
    GateReport report = new GateReport(a.name(), b.name(), threshold);
    Rule rule = new Rule(threshold, benchmarks.size(), leastRounds);
    Gate.Result result =
        new Gate(benchmarks, rule, limit, Clock.systemUTC())
            .run(rounds::next, so -> err.println(report.progress(so)));
    if (json) {
      out.println(report.json(result));
    } else {
      report.print(result, out);
    }
    return result.outcome().exitCode();
  }

  /** The jar that this code is from. */
  public static Path thisBuild() {
    return Builds.candidate().jar();
  }

  /**
   * Checks the machine code of the working tree's kernels: that those which may be chosen keep
   * nothing on the stack, and that all are as expected.
   *
   * @param out receives a line for each vector width, and one for each error and difference
   * @return the exit code: 0 as expected or not comparable here, 1 wrong or different
   */
  public static int checkCode(PrintWriter out) {
    boolean fails = false;
    boolean differs = false;
    try {
      for (CodeCheck.Finding finding : new CodeCheck(thisBuild()).check()) {
        String state =
            finding
                .skipped()
                .map(reason -> "NOT COMPARED, " + reason)
                .orElse(finding.differences().isEmpty() ? "as expected" : "DIFFERENT");
        out.println("machine code, " + finding.target() + ": " + state);
        finding.errors().forEach(error -> out.println("  ERROR: " + error));
        finding.notes().forEach(note -> out.println("  " + note));
        finding.differences().forEach(difference -> out.println("  " + difference));
        fails |= finding.fails();
        differs |= !finding.differences().isEmpty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (differs) {
      out.println("after a change that is meant, accept it with ./setun perf-check --accept-code");
    }
    return fails ? 1 : 0;
  }

  /**
   * Checks that no call depth makes ternary layers of the working tree slower.
   *
   * @param out receives a line for each group of layers
   * @return the exit code: 0 if no depth matters, 1 if one does
   */
  public int checkDepth(PrintWriter out) {
    boolean slower = false;
    DepthCheck check = new DepthCheck(thisBuild());
    try {
      for (List<String> machine :
          jvmArguments.isEmpty() ? DepthCheck.machines() : List.of(jvmArguments)) {
        for (DepthCheck.Finding finding : check.check(machine)) {
          out.println(finding.describe());
          slower |= !finding.slow().isEmpty();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return slower ? 1 : 0;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
