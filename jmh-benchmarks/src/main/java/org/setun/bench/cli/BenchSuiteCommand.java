package org.setun.bench.cli;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code setun bench-suite}: runs the benchmarks. */
@Command(name = "bench-suite", description = "Measures kernels, layers and networks.")
final class BenchSuiteCommand implements Callable<Integer> {
  @Option(names = "--quick", description = "Measure for seconds and not for minutes.")
  private boolean quick;

  @Override
  public Integer call() throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    options.shouldFailOnError(true);
    if (quick) {
      TimeValue second = TimeValue.milliseconds(200);
      options.forks(1).warmupTime(second).measurementTime(second);
    }
    new Runner(options.build()).run();
    return 0;
  }
}
