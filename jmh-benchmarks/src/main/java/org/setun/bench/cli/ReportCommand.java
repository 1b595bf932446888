// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.setun.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun report}: a page of charts. */
@Command(
    name = "report",
    description = "Makes one self-contained page of charts from what bench-suite measured.")
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "What bench-suite wrote.")
  private Path folder;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE.html",
      description = "The page.")
  private Path page;

  @Option(
      names = "--svg",
      paramLabel = "DIR",
      description = "Also draw the README's charts as SVG files, light and dark.")
  private Path svg;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Report report = new Report(folder);
    report.writePage(page);
    out.println(page);
    if (svg != null) {
      report.writeSvg(svg);
      out.println(svg);
    }
    return 0;
  }
}
