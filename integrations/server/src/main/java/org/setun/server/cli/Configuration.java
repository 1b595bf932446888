// SPDX-License-Identifier: Apache-2.0
package org.setun.server.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What is not on the command line: {@code --max-body} may be the variable {@code SETUN_MAX_BODY} of
 * the environment, or else {@code max-body} in the file of properties that {@code SETUN_CONFIG}
 * names; the model is {@code SETUN_MODEL} or {@code model}.
 */
final class Configuration implements IDefaultValueProvider {
  private static final String PREFIX = "SETUN_";
  private static final String FILE = PREFIX + "CONFIG";
  private static final String MODEL = "model";

  /** What is not printed. */
  private static final String SECRET = "token";

  private final Map<String, String> environment;
  private final List<String> settings = new ArrayList<>();
  private Properties file;

  /** For picocli: the process's environment. */
  Configuration() {
    this(System.getenv());
  }

  Configuration(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    String name = name(argument);
    if (name == null) {
      return null;
    }
    if (file == null) {
      file = read(argument.command());
    }
    String variable = PREFIX + name.replace('-', '_').toUpperCase(Locale.ROOT);
    String value = environment.get(variable);
    String source = variable;
    if (value == null) {
      value = file.getProperty(name);
      source = environment.get(FILE);
    }
    if (value != null) {
      settings.add(name + "=" + (name.equals(SECRET) ? "***" : value) + " (" + source + ")");
    }
    return value;
  }

  /**
   * What was taken from elsewhere than the command line, and from where; the token itself is not in
   * it.
   */
  List<String> settings() {
    return settings.stream().sorted().toList();
  }

  /** The setting's name; null if it is none, as {@code --help}. */
  private static String name(ArgSpec argument) {
    if (argument instanceof OptionSpec option) {
      return option.arity().max() == 0 ? null : option.longestName().substring("--".length());
    }
    return MODEL;
  }

  private Properties read(CommandSpec command) {
    Properties properties = new Properties();
    String path = environment.get(FILE);
    if (path == null) {
      return properties;
    }
    try (Reader reader = Files.newBufferedReader(Path.of(path))) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw wrong(command, path, "no such file; " + FILE + " names it");
    } catch (IOException | IllegalArgumentException e) {
      throw wrong(command, path, "cannot be read: " + e.getMessage());
    }
    TreeSet<String> known = new TreeSet<>();
    known.add(MODEL);
    for (OptionSpec option : command.options()) {
      String name = name(option);
      if (name != null) {
        known.add(name);
      }
    }
    TreeSet<String> unknown = new TreeSet<>(properties.stringPropertyNames());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw wrong(command, path, "no setting " + unknown.first() + "; there are " + known);
    }
    return properties;
  }

  private static ParameterException wrong(CommandSpec command, String path, String what) {
    return new ParameterException(command.commandLine(), path + ": " + what);
  }
}
