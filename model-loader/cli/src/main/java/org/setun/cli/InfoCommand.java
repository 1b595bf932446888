// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.setun.kernels.Kernels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code setun info}: the machine, and the kernels chosen for it. */
@Command(
    name = "info",
    description = "Prints the JVM, the CPU features seen, and the kernel chosen per operation.")
final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "system          "
            + System.getProperty("os.name")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, heap of at most "
            + Units.bytes(Runtime.getRuntime().maxMemory()));
    out.println(Kernels.best().describe().stripTrailing());
    return 0;
  }
}
