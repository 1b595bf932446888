// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.lang.module.ModuleDescriptor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What the roots of all command lines have in common; a subclass names its commands. */
@Command(
    name = "setun",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = RootCommand.Version.class,
    usageHelpAutoWidth = true)
public abstract class RootCommand implements Callable<Integer> {
  @Option(
      names = "--verbose",
      description = "Show where an error comes from.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** For subclasses. */
  protected RootCommand() {}

  /** Whether errors come with their stack trace. */
  final boolean isVerbose() {
    return verbose;
  }

  /** Without a command: prints the usage, as a wrong use of the command line. */
  @Override
  public final Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return spec.commandLine().getCommandSpec().exitCodeOnInvalidInput();
  }

  /** The version of the module, or on the class path that of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      ModuleDescriptor module = Main.class.getModule().getDescriptor();
      String version =
          module == null
              ? Main.class.getPackage().getImplementationVersion()
              : module.rawVersion().orElse(null);
      return new String[] {"setun " + (version == null ? "unknown" : version)};
    }
  }
}
