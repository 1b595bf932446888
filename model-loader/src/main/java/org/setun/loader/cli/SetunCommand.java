package org.setun.loader.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the commands. */
@Command(
    name = "setun",
    description = "Runs ternary neural networks on the JVM.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = SetunCommand.Version.class,
    usageHelpAutoWidth = true,
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
final class SetunCommand implements Runnable {
  @Option(
      names = "--verbose",
      description = "Show where an error comes from.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** Whether errors come with their stack trace. */
  boolean isVerbose() {
    return verbose;
  }

  @Override
  public void run() {
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
