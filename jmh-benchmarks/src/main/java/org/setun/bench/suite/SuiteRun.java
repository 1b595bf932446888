// SPDX-License-Identifier: Apache-2.0
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
import org.setun.bench.compare.Failure;

/** Runs the parts of a plan; what JMH says goes to a log, a line a benchmark to the caller. */
final class SuiteRun {
  private static final String FAILURE = "<failure>";

  private final SuitePlan plan;
  private final PrintWriter progress;
  private final List<RunResult> results = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  /** What JMH has printed of the present benchmark's failure. */
  private String reason = "";

  private BenchmarkParams running;

  SuiteRun(SuitePlan plan, PrintWriter progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs all parts.
   *
   * @param json receives JMH's results
   * @param log receives JMH's output
   * @return benchmarks that failed; the others are measured all the same
   */
  List<Failure> run(Path json, Path log) throws IOException {
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
    return failures;
  }

  private void runParts(OutputFormat format) {
    for (SuitePart part : plan.parts()) {
      progress.printf(
          "part %d of %d: %s%n", plan.parts().indexOf(part) + 1, plan.parts().size(), part.name());
      try {
        Collection<RunResult> some =
            new Runner(plan.options(part).build(), reporting(format)).run();
        results.addAll(some);
      } catch (RunnerException e) {
        fail(Failure.of(part.name(), e));
      }
    }
  }

  private void fail(Failure failure) {
    failures.add(failure);
    progress.println("  FAILED " + failure.describe());
  }

  /** The same format, which also prints a line when a benchmark is done, or has failed. */
  private OutputFormat reporting(OutputFormat format) {
    return (OutputFormat)
        Proxy.newProxyInstance(
            OutputFormat.class.getClassLoader(),
            new Class<?>[] {OutputFormat.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "startBenchmark" -> start((BenchmarkParams) arguments[0]);
                case "println" -> listen((String) arguments[0]);
                case "endBenchmark" -> end((BenchmarkResult) arguments[0]);
                default -> {}
              }
              try {
                return method.invoke(format, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void start(BenchmarkParams params) {
    running = params;
    reason = "";
  }

  /** JMH prints {@code <failure>} and then what was thrown, or that a JVM has ended. */
  private void listen(String line) {
    for (String each : line.lines().filter(one -> !one.isBlank()).toList()) {
      if (each.startsWith("<") || reason.equals(FAILURE)) {
        reason = each.strip();
      }
    }
  }

  /** Without a result if it has failed. */
  private void end(BenchmarkResult result) {
    if (result == null) {
      fail(new Failure(name(running), reason.isEmpty() ? "see jmh.log" : reason));
    } else {
      print(result);
    }
  }

  private static String name(BenchmarkParams params) {
    String parameters =
        params.getParamsKeys().stream().map(params::getParam).collect(Collectors.joining(" "));
    return params.getBenchmark().replaceFirst(".*\\.(?=\\w+\\.\\w+$)", "") + " " + parameters;
  }

  private void print(BenchmarkResult result) {
    Result<?> gmac = result.getSecondaryResults().get("gmacPerSecond");
    double score = result.getPrimaryResult().getScore();
    progress.printf(
        Locale.ROOT,
        "  %-58s %12.3f µs%s%n",
        name(result.getParams()),
        1e3 / score,
        gmac == null ? "" : "%8.1f GMAC/s".formatted(gmac.getScore()));
  }
}
