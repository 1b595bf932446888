// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.setun.bench.compare.Failure;
import org.setun.bench.suite.Suite;
import org.setun.bench.suite.SuitePlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code setun bench-suite}: runs the benchmarks. */
@Command(
    name = "bench-suite",
    description =
        "Measures kernels, layers and networks on this machine, about 20 minutes long. DIR appears"
            + " when all is done: JMH's results, the machine, the layers of ResNet-18.")
final class BenchSuiteCommand implements Callable<Integer> {
  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "Write the results to this folder, which is new or empty.")
  private Path folder;

  @Option(
      names = "--quick",
      description = "Take some four minutes, to see that all works; the figures are noise.")
  private boolean quick;

  @Option(
      names = "--peers",
      description = "Compare with ONNX Runtime and oneDNN; this needs a jar built with -Ppeers.")
  private boolean peers;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (peers && !Suite.hasPeers()) {
      throw new ParameterException(
          spec.commandLine(),
          "--peers: this jar has no ONNX Runtime and oneDNN; build it with"
              + " ./mvnw -Ppeers -DskipTests package, or start ./setun, which does that");
    }
    PrintWriter out = spec.commandLine().getOut();
    SuitePlan plan = SuitePlan.of(quick, peers, Runtime.getRuntime().availableProcessors());
    List<Failure> failures = Suite.run(plan, peers, folder, out);
    out.println(folder + ": for a page of charts run  setun report " + folder + " -o report.html");
    if (!failures.isEmpty()) {
      out.println(failures.size() + " failed, all else is measured:");
      failures.forEach(failure -> out.println("  " + failure.describe()));
    }
    return failures.isEmpty() ? 0 : 1;
  }
}
