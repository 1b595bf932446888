package org.setun.bench.suite;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the parts of a plan; what JMH says goes to a log, a line a benchmark to the caller. */
final class SuiteRun {
  private final SuitePlan plan;
  private final PrintWriter progress;
  private final List<RunResult> results = new ArrayList<>();

  SuiteRun(SuitePlan plan, PrintWriter progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs all parts.
   *
   * @param json receives JMH's results
   * @param log receives JMH's output
   */
  void run(Path json, Path log) throws IOException, RunnerException {
    PrintStream console = System.out;
    try (PrintStream out = new PrintStream(Files.newOutputStream(log), true)) {
      // JMH prints what benchmarks print to System.out, whatever output it was given.
      System.setOut(out);
      runParts(OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL));
    } finally {
      System.setOut(console);
    }
    try (PrintStream out = new PrintStream(Files.newOutputStream(json), false)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
    }
  }

  private void runParts(OutputFormat format) throws RunnerException {
    for (SuitePart part : plan.parts()) {
      progress.printf(
          "part %d of %d: %s%n", plan.parts().indexOf(part) + 1, plan.parts().size(), part.name());
      Collection<RunResult> some = new Runner(plan.options(part).build(), reporting(format)).run();
      if (some.isEmpty()) {
        throw new RunnerException("no benchmark matches " + part.include());
      }
      results.addAll(some);
    }
  }

  /** The same format, which also prints a line when a benchmark is done. */
  private OutputFormat reporting(OutputFormat format) {
    return (OutputFormat)
        Proxy.newProxyInstance(
            OutputFormat.class.getClassLoader(),
            new Class<?>[] {OutputFormat.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("endBenchmark")
                  && arguments[0] instanceof BenchmarkResult result) {
                print(result);
              }
              try {
                return method.invoke(format, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void print(BenchmarkResult result) {
    BenchmarkParams params = result.getParams();
    String parameters =
        params.getParamsKeys().stream().map(params::getParam).collect(Collectors.joining(" "));
    Result<?> gmac = result.getSecondaryResults().get("gmacPerSecond");
    double score = result.getPrimaryResult().getScore();
    progress.printf(
        Locale.ROOT,
        "  %-58s %12.3f µs%s%n",
        params.getBenchmark().replaceFirst(".*\\.(?=\\w+\\.\\w+$)", "") + " " + parameters,
        1e3 / score,
        gmac == null ? "" : "%8.1f GMAC/s".formatted(gmac.getScore()));
  }
}
