// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import picocli.CommandLine.Command;

/** The root of the commands that load, convert and run models. */
@Command(
    description = "Runs ternary neural networks on the JVM.",
    footer = {
      "",
      "In a checkout, ./setun also builds and runs these:",
      "  serve        Serves a model over HTTP.",
      "  bench-suite  Measures kernels, layers and networks on this machine.",
      "  report       Makes a page of charts from what bench-suite measured.",
      "  perf-check   Tells whether a change made something slower."
    },
    subcommands = {
      DemoCommand.class,
      InfoCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      ExportCommand.class,
      RunCommand.class,
      EvalCommand.class,
      ClassifyCommand.class,
      BenchCommand.class,
      VerifyCommand.class
    })
final class SetunCommand extends RootCommand {}
