// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs Jazzer on one target after the other, each in a JVM of its own, and prints what came of it.
 * Inputs that reach new code stay in {@code OUTPUT/TARGET/corpus}, and the next run begins with
 * them; inputs that break the property are in {@code OUTPUT/TARGET/findings}, what Jazzer said in
 * {@code OUTPUT/TARGET/log}.
 *
 * <p>Arguments: seconds per target, folder of the output, names of the targets (none: all, one
 * after the other; {@code together}: all in one JVM).
 */
public final class Fuzz {
  /** Seconds that one input may take: the first ones also wait for classes to be instrumented. */
  private static final int HANG = 60;

  /** Where Linux keeps files that no disk waits for: the packed models are forced to disk. */
  private static final Path MEMORY = Path.of("/dev/shm");

  /** Longest input that Jazzer makes, in bytes; the largest seed has 6 KB. */
  private static final int LONGEST_INPUT = 8192;

  /** What is instrumented for coverage: the readers, and what they are made of. */
  private static final String INSTRUMENTED = "org.setun.loader.**:org.setun.kernels.*";

  private static final Pattern STATUS =
      Pattern.compile("(?m)^#(\\d+)\\s+DONE\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/\\S+ .*");

  private Fuzz() {}

  /** Exits with 1 if any target has a finding. */
  public static void main(String[] args) throws Exception {
    int seconds = Integer.parseInt(args[0]);
    Path output = Path.of(args[1]).toAbsolutePath();
    List<String> ids =
        args.length > 2
            ? List.of(args).subList(2, args.length)
            : Arrays.stream(Target.values()).map(Target::id).toList();
    printRow("target", "executions", "edges", "features", "corpus", "result");
    boolean sound = true;
    for (String id : ids) {
      Path folder = output.resolve(id);
      boolean found = run(id, seconds, folder) != 0;
      sound &= !found;
      Path log = folder.resolve("log");
      String result = found ? "FINDING, see " + log : "sound";
      STATUS
          .matcher(Files.readString(log))
          .results()
          .reduce((first, last) -> last)
          .ifPresentOrElse(
              done ->
                  printRow(id, done.group(1), done.group(2), done.group(3), done.group(4), result),
              () -> printRow(id, "", "", "", "", result));
    }
    System.exit(sound ? 0 : 1);
  }

  private static void printRow(Object... cells) {
    System.out.printf("%-18s %12s %8s %9s %7s  %s%n", cells);
  }

  private static int run(String id, int seconds, Path folder) throws Exception {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Path findings = Files.createDirectories(folder.resolve("findings"));
    Path seeds = Files.createDirectories(folder.resolve("seeds"));
    int number = 0;
    List<byte[]> inputs = id.equals(Target.TOGETHER) ? Target.allSeeds() : Target.of(id).seeds();
    for (byte[] seed : inputs) {
      Files.write(seeds.resolve("%02d".formatted(number++)), seed);
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + (Files.isDirectory(MEMORY) ? MEMORY : folder),
                "-D" + ReaderFuzzer.TARGET + "=" + id,
                "-Dsetun.testdata=" + System.getProperty("setun.testdata"),
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + ReaderFuzzer.class.getName(),
                "--instrumentation_includes=" + INSTRUMENTED,
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-seed=1",
                "-max_total_time=" + seconds,
                "-timeout=" + HANG,
                "-max_len=" + LONGEST_INPUT,
                corpus.toString(),
                seeds.toString()));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start()
        .waitFor();
  }
}
