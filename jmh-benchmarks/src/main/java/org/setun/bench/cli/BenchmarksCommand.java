// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.cli;

import org.setun.cli.RootCommand;
import picocli.CommandLine.Command;

/** The root of the commands that measure. */
@Command(
    description = "Measures Setun on this machine.",
    subcommands = {BenchSuiteCommand.class, ReportCommand.class, PerfCheckCommand.class})
final class BenchmarksCommand extends RootCommand {}
