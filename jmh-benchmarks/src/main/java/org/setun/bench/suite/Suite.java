// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.setun.bench.compare.ComparisonResult;
import org.setun.bench.compare.Failure;

/** Runs all benchmarks and writes a folder of results. */
public final class Suite {
  /** JMH's own results. */
  public static final String JMH = "jmh.json";

  /** A {@link MachineInfo}. */
  public static final String MACHINE = "machine.json";

  /** A list of {@link LayerTimes}. */
  public static final String LAYERS = "layers.json";

  /** What {@code org.setun.bench.Comparison --json} writes; absent if peers were not measured. */
  public static final String COMPARISON = "comparison.json";

  /** A list of {@link Failure}. */
  public static final String FAILURES = "failures.json";

  /** JMH's output. */
  private static final String LOG = "jmh.log";

  private static final String COMPARISON_CLASS = "org.setun.bench.Comparison";

  private Suite() {}

  /** Whether this class path holds ONNX Runtime, oneDNN and what compares with them. */
  public static boolean hasPeers() {
    return Suite.class.getClassLoader().getResource(COMPARISON_CLASS.replace('.', '/') + ".class")
        != null;
  }

  /**
   * Runs the suite. What fails is left out, and all else measured.
   *
   * @param plan what to run
   * @param peers whether to compare with ONNX Runtime and oneDNN
   * @param folder to be made
   * @param progress tells people what is done
   * @return what has failed
   * @throws IOException if results cannot be written; there is no folder then
   */
  public static List<Failure> run(SuitePlan plan, boolean peers, Path folder, PrintWriter progress)
      throws IOException {
    try (ResultsFolder results = new ResultsFolder(folder)) {
      MachineInfo.Moment before = MachineInfo.Moment.now();
      List<Failure> failures =
          new ArrayList<>(new SuiteRun(plan, progress).run(results.file(JMH), results.file(LOG)));
      progress.println("layers of ResNet-18");
      List<LayerTimes> layers = List.of();
      try {
        layers = LayerTimes.measure(Duration.ofSeconds(plan.quick() ? 2 : 10));
      } catch (RuntimeException e) {
        failures.add(Failure.of("layers of ResNet-18", e));
      }
      results.write(LAYERS, layers);
      if (peers) {
        progress.println("comparison with ONNX Runtime and oneDNN, by turns");
        failures.addAll(compare(plan.quick(), isBusy(before), results.file(COMPARISON)));
      }
      results.write(FAILURES, failures);
      results.write(MACHINE, MachineInfo.of(before, MachineInfo.Moment.now(), plan.quick()));
      results.complete();
      return failures;
    }
  }

  private static boolean isBusy(MachineInfo.Moment before) {
    return MachineInfo.isBusy(before.load(), Runtime.getRuntime().availableProcessors());
  }

  /**
   * In a JVM of its own: this one has run other code, and compiled it for that. On a busy machine
   * by the time of the processor, without what runs on two threads.
   *
   * @return peers that failed, and the process itself if it did not come to its end
   */
  private static List<Failure> compare(boolean quick, boolean busy, Path json) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), COMPARISON_CLASS));
    command.addAll(List.of("--json", json.toString()));
    if (busy) {
      command.add("--cpu-time");
    }
    if (quick) {
      command.addAll(List.of("--rounds", "9", "--turn", "20", "--rows", "layer|^network|matrix"));
    }
    Process process = new ProcessBuilder(command).inheritIO().start();
    try {
      return failures(json, process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }

  /** Reads what the comparison has written until it ended. */
  static List<Failure> failures(Path json, int exitCode) throws IOException {
    List<Failure> failures = new ArrayList<>();
    if (Files.exists(json)) {
      for (ComparisonResult each :
          new ObjectMapper()
              .readValue(json.toFile(), new TypeReference<List<ComparisonResult>>() {})) {
        if (each.hasFailed()) {
          failures.add(new Failure(each.row() + ", " + each.peer(), each.failure()));
        }
      }
    }
    if (exitCode != 0 && failures.isEmpty() || exitCode > 1) {
      failures.add(new Failure("comparison", "it ended early, with exit code " + exitCode));
    }
    return failures;
  }
}
