// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.setun.cli.CommandLines;
import picocli.CommandLine.TypeConversionException;

class PerfCheckCommandTest {
  @Test
  void wrongUseIsOneLineAndNeverExitCode1() {
    assertFails("--base is missing");
    assertFails("no.jar: no such file", "--base", "no.jar", "--only", "time");
    assertFails("no benchmark 'steam'", "--base", "no.jar", "--benchmarks", "steam");
    assertFails("is no slow-down", "--base", "no.jar", "--threshold", "-5%");
    assertFails("is no time", "--base", "no.jar", "--time", "soon");
  }

  @Test
  void thresholdsAndTimes() {
    assertEquals(0.05, new PerfCheckCommand.Percent().convert("5%"));
    assertEquals(0.025, new PerfCheckCommand.Percent().convert("2.5"));
    assertThrows(
        TypeConversionException.class, () -> new PerfCheckCommand.Percent().convert("five"));
    assertEquals(Duration.ofSeconds(90), new PerfCheckCommand.Limit().convert("90s"));
    assertEquals(Duration.ofMinutes(5), new PerfCheckCommand.Limit().convert("5m"));
  }

  private static void assertFails(String message, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "perf-check";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    StringWriter err = new StringWriter();
    int code = CommandLines.of(new BenchmarksCommand(), new StringWriter(), err).execute(all);
    assertEquals(2, code);
    String last = err.toString().lines().toList().getLast();
    assertTrue(last.startsWith("setun: ") && last.contains(message), err.toString());
  }
}
