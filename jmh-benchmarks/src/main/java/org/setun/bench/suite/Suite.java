package org.setun.bench.suite;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

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
   * Runs the suite.
   *
   * @param plan what to run
   * @param peers whether to compare with ONNX Runtime and oneDNN
   * @param folder to be made
   * @param progress tells people what is done
   * @throws IOException if a benchmark fails or results cannot be written; there is no folder then
   */
  public static void run(SuitePlan plan, boolean peers, Path folder, PrintWriter progress)
      throws IOException {
    try (ResultsFolder results = new ResultsFolder(folder)) {
      MachineInfo.Moment before = MachineInfo.Moment.now();
      runBenchmarks(plan, results, progress);
      progress.println("layers of ResNet-18");
      results.write(LAYERS, LayerTimes.measure(Duration.ofSeconds(plan.quick() ? 2 : 10)));
      if (peers) {
        progress.println("comparison with ONNX Runtime and oneDNN, by turns");
        compare(plan.quick(), isBusy(before), results.file(COMPARISON));
      }
      results.write(MACHINE, MachineInfo.of(before, MachineInfo.Moment.now(), plan.quick()));
      results.complete();
    }
  }

  private static void runBenchmarks(SuitePlan plan, ResultsFolder results, PrintWriter progress)
      throws IOException {
    try {
      new SuiteRun(plan, progress).run(results.file(JMH), results.file(LOG));
    } catch (RunnerException e) {
      throw new IOException(
          "a benchmark failed (" + e.getMessage() + "), see " + results.keep(LOG), e);
    }
  }

  private static boolean isBusy(MachineInfo.Moment before) {
    return MachineInfo.isBusy(before.load(), Runtime.getRuntime().availableProcessors());
  }

  /**
   * In a JVM of its own: this one has run other code, and compiled it for that. On a busy machine
   * by the time of the processor, without what runs on two threads.
   */
  private static void compare(boolean quick, boolean busy, Path json) throws IOException {
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
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new IOException("the comparison failed with exit code " + exitCode);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }
}
