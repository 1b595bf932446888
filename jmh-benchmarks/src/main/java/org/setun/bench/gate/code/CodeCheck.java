// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.setun.loader.io.AtomicFile;

/**
 * Compiles the kernels for each vector width of this machine, counts instructions, and looks for
 * vectors on the stack.
 */
public final class CodeCheck {
  /** JVM arguments that stand in for other machines; a target that comes twice is checked once. */
  private static final List<List<String>> MACHINES =
      List.of(
          List.of(),
          List.of("-XX:MaxVectorSize=32"),
          List.of("-XX:MaxVectorSize=16"),
          List.of("-XX:UseAVX=2"),
          List.of("-XX:UseAVX=2", "-XX:MaxVectorSize=16"));

  private static final Path RESOURCES = Path.of("jmh-benchmarks/src/main/resources");

  private final Path jar;

  /**
   * Prepares.
   *
   * @param jar the benchmarks.jar whose kernels are compiled
   */
  public CodeCheck(Path jar) {
    this.jar = jar;
  }

  /**
   * What became of one target.
   *
   * @param target the target, for people to read
   * @param errors what no kernel may do that may be chosen there, whatever is expected
   * @param notes what may be, but is worth knowing
   * @param differences what is not as expected
   * @param skipped why nothing was compared with an expectation, if so
   */
  public record Finding(
      String target,
      List<String> errors,
      List<String> notes,
      List<String> differences,
      Optional<String> skipped) {
    /** Whether the check has failed. */
    public boolean fails() {
      return !errors.isEmpty() || !differences.isEmpty();
    }
  }

  /** Checks all widths. */
  public List<Finding> check() throws IOException {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      return List.of(new Finding("all widths", List.of(), List.of(), List.of(), obstacle));
    }
    List<Finding> findings = new ArrayList<>();
    for (CompiledKernels actual : compileAll()) {
      findings.add(compare(actual));
    }
    return findings;
  }

  /**
   * Makes what is compiled now the expectation.
   *
   * @param root the checkout
   * @return the files written
   * @throws IOException if they cannot be made here
   */
  public List<Path> accept(Path root) throws IOException {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      throw new IOException("no machine code can be read: " + obstacle.get());
    }
    Path folder =
        root.resolve(RESOURCES).resolve(CodeCheck.class.getPackageName().replace('.', '/'));
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    for (CompiledKernels actual : compileAll()) {
      Path file = folder.resolve(actual.target().fileName());
      AtomicFile.write(file, actual.expectation().format());
      files.add(file);
    }
    return files;
  }

  private static Optional<String> obstacle() {
    String architecture = System.getProperty("os.arch");
    if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
      return Optional.of("only x86-64 code is read, this is " + architecture);
    }
    return Objdump.obstacle();
  }

  private static Finding compare(CompiledKernels actual) throws IOException {
    CodeTarget target = actual.target();
    String name =
        "%d bit, %d registers%s"
            .formatted(
                target.bits(), target.registers(), target.popcount() ? ", vector popcount" : "");
    List<String> differences = List.of();
    Optional<String> skipped = Optional.empty();
    try (InputStream file = CodeCheck.class.getResourceAsStream(target.fileName())) {
      if (file == null) {
        skipped = Optional.of("no expectation for such a machine");
      } else {
        Expectation expected =
            Expectation.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        if (expected.target().equals(target)) {
          differences = expected.differences(actual.expectation().counts());
        } else {
          skipped =
              Optional.of(
                  "the expectation is for JDK "
                      + expected.target().jdk()
                      + ", this is "
                      + target.jdk());
        }
      }
    }
    List<String> spills = actual.spillsLeftOut();
    return new Finding(
        name,
        actual.errors(),
        spills.isEmpty()
            ? List.of()
            : List.of("not chosen, as they touch the stack: " + String.join(", ", spills)),
        differences,
        skipped);
  }

  private List<CompiledKernels> compileAll() throws IOException {
    Map<String, CompiledKernels> byFile = new TreeMap<>();
    for (List<String> arguments : MACHINES) {
      CompiledKernels compiled = CompiledKernels.compile(jar, arguments);
      byFile.put(compiled.target().fileName(), compiled);
    }
    return List.copyOf(byFile.values());
  }
}
