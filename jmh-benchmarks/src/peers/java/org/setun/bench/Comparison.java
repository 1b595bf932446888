// SPDX-License-Identifier: Apache-2.0
package org.setun.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.setun.bench.compare.ComparisonResult;
import org.setun.bench.compare.Interleaved;
import org.setun.bench.compare.Interval;
import org.setun.bench.compare.RowTimes;
import org.setun.bench.peers.OneDnn;
import org.setun.bench.report.Report;
import org.setun.bench.workload.GemmTiles;
import org.setun.bench.workload.NetworkRun;
import org.setun.kernels.Kernels;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares Setun with ONNX Runtime and oneDNN, by turns in one process, and prints a table in
 * Markdown. A ratio is the median over rounds of the peer's time by our own, with its 95 %
 * confidence interval; an aim is met when the whole interval lies above it.
 *
 * <pre>{@code
 * mvn -Ppeers -DskipTests package
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *   -cp jmh-benchmarks/target/benchmarks.jar org.setun.bench.Comparison
 * }</pre>
 */
@Command(
    name = "comparison",
    mixinStandardHelpOptions = true,
    description = "Times Setun, ONNX Runtime and oneDNN by turns and prints the ratios.")
public final class Comparison implements Callable<Integer> {
  @Option(
      names = "--rows",
      paramLabel = "REGEX",
      description = "rows whose name contains a match (default: all)")
  private java.util.regex.Pattern selection = java.util.regex.Pattern.compile("");

  @Option(names = "--rounds", description = "rounds (default: ${DEFAULT-VALUE})")
  private int rounds = 31;

  @Option(
      names = "--turn",
      paramLabel = "MS",
      description = "length of a turn in milliseconds (default: ${DEFAULT-VALUE})")
  private int turnMillis = 60;

  @Option(
      names = "--onednn",
      description =
          "instruction set that oneDNN may use, ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}); BEST includes AMX")
  private OneDnn.Isa isa = OneDnn.Isa.VNNI;

  @Option(
      names = "--cpu-time",
      description =
          "count the processor time of the calling thread and not the time that passes: for a"
              + " machine that does other work; leaves out the rows with two threads")
  private boolean cpuTime;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "also write the rows with peers to a JSON file")
  private Path json;

  @Option(
      names = "--svg",
      paramLabel = "DIR",
      description = "also draw the chart of the rows int8-… as SVG files, light and dark")
  private Path svg;

  private final List<ComparisonResult> results = new ArrayList<>();

  private Comparison() {}

  /** Runs the comparison; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Comparison()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    ExecutorService executor =
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    System.out.println(Kernels.vector().describe().strip().indent(4));
    System.out.println(
        "    arguments       " + ManagementFactory.getRuntimeMXBean().getInputArguments());
    System.out.printf("    %d rounds of %d ms%n", rounds, turnMillis);
    System.out.println("    time            " + (cpuTime ? "of the processor" : "wall clock"));
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    Interleaved timing =
        new Interleaved(
            rounds, turnMillis, cpuTime ? threads::getCurrentThreadCpuTime : System::nanoTime);
    if (isSelected("gemm")) {
      printBareKernels(timing);
    }
    System.out.println();
    System.out.println("| row | ours | µs | GMAC/s | peer | µs | ratio | 95 % | aim | |");
    System.out.println("| --- | --- | --: | --: | --- | --: | --: | --- | --: | --- |");
    for (ComparisonRow row : new ComparisonRows(isa, executor).all()) {
      if (isSelected(row.id())) {
        print(row, timing);
      }
    }
    if (isSelected("memory")) {
      printMemory(executor);
    }
    if (svg != null) {
      Report.writeProducts(results, svg);
    }
    return results.stream().anyMatch(ComparisonResult::hasFailed) ? 1 : 0;
  }

  private boolean isSelected(String row) {
    return selection.matcher(row).find() && !(cpuTime && row.startsWith("threads"));
  }

  private static void printBareKernels(Interleaved timing) {
    List<ComparisonRows.BareKernel> kernels = ComparisonRows.bareKernels();
    double[][] nanos =
        timing.measure(kernels.stream().map(ComparisonRows.BareKernel::contender).toList());
    System.out.println();
    System.out.println("| bare micro-kernel, K = 4608 | GMAC/s | of its port bound | aim |");
    System.out.println("| --- | --: | --: | --: |");
    for (int i = 0; i < nanos.length; i++) {
      double median = Interval.ofMedian(nanos[i]).median();
      double share = kernels.get(i).boundNanos() / median;
      System.out.printf(
          "| %s | %.0f | %s | 80 %% |%n",
          kernels.get(i).contender().name(),
          GemmTiles.MACS / median,
          share <= 1 ? "%.0f %%".formatted(100 * share) : "");
    }
  }

  private void print(ComparisonRow row, Interleaved timing) throws IOException {
    List<ComparisonResult> measured = RowTimes.measure(row.id(), row.own(), row.peers(), timing);
    for (int i = 0; i < measured.size(); i++) {
      print(row, measured.get(i), row.peers().get(i).target());
    }
    results.addAll(measured);
    // Row after row: what kills the process, such as an instruction that it lacks, loses only one.
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), results);
    }
  }

  private static void print(ComparisonRow row, ComparisonResult result, double aim) {
    if (result.hasFailed()) {
      System.out.printf(
          "| %s | %s | | | %s | | | | | failed: %s |%n",
          row.id(), result.own(), result.peer(), result.failure());
      return;
    }
    Interval ratio = result.ratio();
    System.out.printf(
        "| %s | %s | %.1f | %s | %s | %.1f | %.2f | %.2f–%.2f | %s | %s |%n",
        row.id(),
        result.own(),
        result.ownMicros(),
        row.macs() == 0 ? "" : "%.0f".formatted(row.macs() / result.ownMicros() / 1e3),
        result.peer(),
        result.peerMicros(),
        ratio.median(),
        ratio.low(),
        ratio.high(),
        Double.isNaN(aim) ? "" : "%.1f".formatted(aim),
        verdict(ratio, aim));
  }

  private static String verdict(Interval ratio, double aim) {
    if (Double.isNaN(aim)) {
      return "";
    }
    if (ratio.low() >= aim) {
      return "met";
    }
    return ratio.high() < aim ? "missed" : "open";
  }

  private static void printMemory(ExecutorService executor) {
    NetworkRun run = new NetworkRun("resnet18", "vector", 1, 1, executor);
    // Longer than C2 needs for the hottest code, which allocates as long as it is interpreted.
    for (long start = System.nanoTime(); System.nanoTime() - start < 5_000_000_000L; ) {
      run.run();
    }
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    int runs = 50;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      run.run();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    System.out.println();
    System.out.printf(
        "Allocated in %d runs of ResNet-18: %d bytes (aim: 0).%n"
            + "Ternary layers of ResNet-18, packed: %.2f MB (aim: at most 3.5).%n",
        runs, bytes, ComparisonRows.ternaryBytes() / 1e6);
  }
}
