// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.setun.bench.workload.Networks;
import org.setun.cli.ClockProbe;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.kernels.StepInfo;
import org.setun.kernels.select.Capabilities;

/**
 * Where and when something was measured: {@code machine.json}.
 *
 * @param processor the processor's name
 * @param architecture instruction set
 * @param flags features of the processor, as the operating system lists them
 * @param processors how many the JVM may use
 * @param system name and version of the operating system
 * @param jdk vendor and version
 * @param jvm name and version of the virtual machine
 * @param jvmOptions arguments of the JVM
 * @param vectorBits width of a vector
 * @param vectorPopcount whether a vector's bits are counted by one instruction
 * @param implementation the kernels, and why these
 * @param kernels the kernel chosen for each pass of ResNet-18
 * @param gigahertz clock measured before and after
 * @param load the operating system's load average before and after; negative if unknown
 * @param started when it began, UTC
 * @param finished when it ended
 * @param commit the sources' commit, with a plus sign if they had changed since; empty if unknown
 * @param quick whether iterations were too short to be believed
 */
public record MachineInfo(
    String processor,
    String architecture,
    List<String> flags,
    int processors,
    String system,
    String jdk,
    String jvm,
    List<String> jvmOptions,
    int vectorBits,
    boolean vectorPopcount,
    List<String> implementation,
    Map<String, String> kernels,
    List<Double> gigahertz,
    List<Double> load,
    String started,
    String finished,
    String commit,
    boolean quick) {

  /** Before the suite begins, a quiet machine has next to nothing to do. */
  private static final double QUIET_LOAD = 0.5;

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** What changes while the suite runs. */
  record Moment(Instant time, double gigahertz, double load) {
    static Moment now() {
      return new Moment(
          Instant.now().truncatedTo(ChronoUnit.SECONDS),
          ClockProbe.gigahertz(),
          ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
  }

  /** Whether so much else runs that times are too long to be believed. */
  public static boolean isBusy(double load, int processors) {
    return load > QUIET_LOAD * processors;
  }

  /** Describes this machine. */
  static MachineInfo of(Moment before, Moment after, boolean quick) {
    Capabilities capabilities = Capabilities.detect();
    Kernels best = Kernels.best();
    return new MachineInfo(
        capabilities.processor(),
        capabilities.architecture(),
        readFlags(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
        capabilities.jvm(),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> !argument.startsWith("-Dsetun."))
            .toList(),
        capabilities.vectorBits(),
        capabilities.vectorPopcount(),
        explain(best),
        kernelOfEachPass(best),
        List.of(before.gigahertz(), after.gigahertz()),
        List.of(before.load(), after.load()),
        before.time().toString(),
        after.time().toString(),
        findCommit(Path.of(System.getProperty("setun.root", ""))).orElse(""),
        quick);
  }

  private static List<String> explain(Kernels kernels) {
    List<String> lines = new ArrayList<>(kernels.reasons());
    lines.addFirst(kernels.implementation());
    return lines;
  }

  private static Map<String, String> kernelOfEachPass(Kernels best) {
    Map<String, String> kernels = new LinkedHashMap<>();
    for (StepInfo step : Network.compile(Networks.resNet18(), best).steps()) {
      kernels.put(step.name(), step.kernel());
    }
    return kernels;
  }

  private static List<String> readFlags() {
    try (var lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .findFirst()
          .map(line -> List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
          .orElse(List.of());
    } catch (IOException e) {
      return List.of(); // not Linux
    }
  }

  private static Optional<String> findCommit(Path root) {
    return git(root, "rev-parse", "--short=12", "HEAD")
        .map(
            head ->
                git(root, "status", "--porcelain", "--untracked-files=no")
                    .map(changes -> changes.isEmpty() ? head : head + "+")
                    .orElse(head));
  }

  private static Optional<String> git(Path root, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(arguments));
    try {
      Process git =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = git.waitFor(10, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 ? Optional.of(out.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // no git
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
