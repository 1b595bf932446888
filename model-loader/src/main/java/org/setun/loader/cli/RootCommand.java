package org.setun.loader.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What the roots of all command lines have in common; a subclass names its commands. */
@Command(
    name = "setun",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = RootCommand.Version.class,
    usageHelpAutoWidth = true)
public abstract class RootCommand implements Runnable {
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

  @Override
  public final void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The version of the module. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Main.class.getModule().getDescriptor() == null
              ? "unknown"
              : Main.class.getModule().getDescriptor().rawVersion().orElse("unknown");
      return new String[] {"setun " + version};
    }
  }
}
