// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.setun.bench.gate.PerfCheck;
import org.setun.bench.gate.code.CodeCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code setun perf-check}: is this build slower than that one? */
@Command(
    name = "perf-check",
    description = "Tells whether the kernels of the working tree are slower than those of a base.",
    footer = {
      "",
      "Exit code 0: not slower; 1: slower, slower at some call depths, or compiled otherwise than"
          + " expected; 2: cannot tell."
    })
final class PerfCheckCommand implements Callable<Integer> {
  @Option(
      names = "--base",
      paramLabel = "COMMIT|JAR",
      description = "Compare with this git revision, which is built, or benchmarks.jar.")
  private String base;

  @Option(
      names = "--candidate",
      paramLabel = "COMMIT|JAR",
      description = "Judge this revision or benchmarks.jar. The default is the working tree.")
  private String candidate;

  @Option(
      names = "--threshold",
      defaultValue = "5%",
      paramLabel = "PERCENT",
      converter = Percent.class,
      description = "Find slow-downs of this size; half of it passes. The default is 5%%.")
  private double threshold;

  @Option(
      names = "--time",
      paramLabel = "LIMIT",
      converter = Limit.class,
      description =
          "Measure for at most this time, such as 90s or 5m. The default is 5m, with --quick 60s.")
  private Duration time;

  @Option(names = "--quick", description = "Look after 3 rounds instead of 4, and stop after 60 s.")
  private boolean quick;

  @Option(
      names = "--benchmarks",
      split = ",",
      paramLabel = "NAME",
      description = "Let only these raise an alarm: stem, 64@56, 128@28, 256@14, 512@7, network.")
  private List<String> benchmarks;

  @Option(
      names = "--jvm",
      paramLabel = "ARGUMENT",
      description = "Pass a further argument to both sides' JVMs, such as --jvm=-XX:UseAVX=2.")
  private List<String> jvmArguments = List.of();

  @Option(
      names = "--only",
      paramLabel = "PART",
      description =
          "Only code, the kernels' machine code; only depth, whether the depth of the stack"
              + " matters; or only time, which alone needs a base.")
  private Part only;

  @Option(
      names = "--accept-code",
      description = "Make the machine code of now the expected one, and do nothing else.")
  private boolean acceptCode;

  @Option(names = "--json", description = "Print one JSON object instead of the table.")
  private boolean json;

  @Spec private CommandSpec spec;

  /** What is checked. */
  enum Part {
    CODE,
    DEPTH,
    TIME
  }

  @Override
  public Integer call() {
    boolean timed = only == null || only == Part.TIME;
    if (base == null && timed && !acceptCode) {
      throw new ParameterException(spec.commandLine(), "--base is missing");
    }
    PrintWriter err = spec.commandLine().getErr();
    try {
      return check(spec.commandLine().getOut(), err);
    } catch (IOException | RuntimeException e) {
      // An exit code of 1 would say that something is slower.
      err.println("setun: cannot tell: " + e.getMessage());
      return 2;
    }
  }

  private int check(PrintWriter out, PrintWriter err) throws IOException {
    Path root = Path.of(System.getProperty("setun.root", "")).toAbsolutePath();
    PerfCheck check =
        new PerfCheck(
            root,
            threshold,
            time != null ? time : Duration.ofSeconds(quick ? 60 : 300),
            quick ? 3 : 4,
            benchmarks,
            jvmArguments);
    if (acceptCode) {
      new CodeCheck(PerfCheck.thisBuild()).accept(root).forEach(out::println);
      return 0;
    }
    PrintWriter log = json ? err : out;
    int code = 0;
    if (only == null || only == Part.CODE) {
      code = PerfCheck.checkCode(log);
    }
    if (code == 0 && (only == null || only == Part.DEPTH)) {
      code = check.checkDepth(log);
    }
    if (code == 0 && (only == null || only == Part.TIME)) {
      code = check.compareTimes(base, candidate, json, out, err);
    }
    return code;
  }

  /** {@code 5%} or {@code 5}. */
  static final class Percent implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3})?%?") || text.matches("[0.]*%?")) {
        throw new TypeConversionException("'" + text + "' is no slow-down such as 5%");
      }
      return Double.parseDouble(text.replace("%", "")) / 100;
    }
  }

  /** {@code 90s} or {@code 5m}. */
  static final class Limit implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      if (!text.matches("[0-9]{1,5}[sm]")) {
        throw new TypeConversionException("'" + text + "' is no time such as 90s or 5m");
      }
      return Duration.parse("PT" + text);
    }
  }
}
