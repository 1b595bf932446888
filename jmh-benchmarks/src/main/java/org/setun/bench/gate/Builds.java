// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Finds or builds the two sides of a comparison. Closing removes what was built. */
final class Builds implements AutoCloseable {
  private static final String JAR = "jmh-benchmarks/target/benchmarks.jar";
  private static final long BUILD_MINUTES = 15;

  private final Path root;
  private final Path folder;
  private final List<Path> worktrees = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param root the checkout whose commits can be built
   * @param folder an empty folder for them
   */
  Builds(Path root, Path folder) {
    this.root = root;
    this.folder = folder;
  }

  /** The build that this code is from: the working tree's. */
  static Build candidate() {
    try {
      return new Build(
          "the working tree",
          Path.of(Builds.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A jar as it is, or a commit, which is checked out beside the working tree and built.
   *
   * @param name a file or a git revision
   * @throws BuildException if it is neither, or cannot be built
   */
  Build find(String name) {
    Path file = Path.of(name);
    if (name.endsWith(".jar")) {
      if (!Files.isRegularFile(file)) {
        throw new BuildException(name + ": no such file");
      }
      return new Build(file.getFileName().toString(), file.toAbsolutePath());
    }
    String commit =
        run(
                root,
                name + " is no commit of this repository",
                "git",
                "rev-parse",
                "--verify",
                "--quiet",
                "--short",
                name + "^{commit}")
            .strip();
    Path tree = folder.resolve(commit);
    run(
        root,
        name + " cannot be checked out",
        "git",
        "worktree",
        "add",
        "--quiet",
        "--detach",
        tree.toString(),
        commit);
    worktrees.add(tree);
    run(
        tree,
        name + " cannot be built",
        tree.resolve("mvnw").toString(),
        "-q",
        "-B",
        "-ntp",
        "-Dmaven.test.skip",
        "-pl",
        "jmh-benchmarks",
        "-am",
        "package");
    Path jar = tree.resolve(JAR);
    if (!Files.isRegularFile(jar)) {
      throw new BuildException(name + " builds no " + JAR);
    }
    return new Build(name.equals(commit) ? commit : name + " (" + commit + ")", jar);
  }

  /** Runs a command; its standard output. */
  private static String run(Path folder, String failure, String... command) {
    try {
      Path output = Files.createTempFile("setun-build", ".log");
      try {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process =
            builder
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
        String text = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          process.descendants().forEach(ProcessHandle::destroy);
          process.destroy();
          String reason = text.lines().findFirst().map(line -> ": " + line).orElse("");
          throw new BuildException(failure + reason);
        }
        return text;
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("interrupted");
    }
  }

  @Override
  public void close() {
    for (Path tree : worktrees) {
      run(
          root,
          tree + " cannot be removed",
          "git",
          "worktree",
          "remove",
          "--force",
          tree.toString());
    }
  }
}
