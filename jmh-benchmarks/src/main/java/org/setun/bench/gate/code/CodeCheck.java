package org.setun.bench.gate.code;

import java.io.BufferedReader;
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

/** Compiles the micro-kernels for each vector width of this machine and counts instructions. */
public final class CodeCheck {
  /** JVM arguments that stand in for other machines; a target that comes twice is checked once. */
  private static final List<List<String>> MACHINES =
      List.of(
          List.of(),
          List.of("-XX:MaxVectorSize=32"),
          List.of("-XX:MaxVectorSize=16"),
          List.of("-XX:UseAVX=2"));

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
   * @param differences what is not as expected
   * @param skipped why nothing was compared, if so
   */
  public record Finding(String target, List<String> differences, Optional<String> skipped) {}

  /** Checks all widths. */
  public List<Finding> check() throws IOException {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      return List.of(new Finding("all widths", List.of(), obstacle));
    }
    List<Finding> findings = new ArrayList<>();
    for (Expectation actual : compileAll()) {
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
    for (Expectation actual : compileAll()) {
      Path file = folder.resolve(actual.target().fileName());
      files.add(Files.writeString(file, actual.format()));
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

  private static Finding compare(Expectation actual) throws IOException {
    CodeTarget target = actual.target();
    String name =
        "%d bit, %d registers%s"
            .formatted(
                target.bits(), target.registers(), target.popcount() ? ", vector popcount" : "");
    try (InputStream file = CodeCheck.class.getResourceAsStream(target.fileName())) {
      if (file == null) {
        return new Finding(name, List.of(), Optional.of("no expectation for such a machine"));
      }
      Expectation expected =
          Expectation.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
      if (!expected.target().equals(target)) {
        return new Finding(
            name,
            List.of(),
            Optional.of(
                "the expectation is for JDK "
                    + expected.target().jdk()
                    + ", this is "
                    + target.jdk()));
      }
      return new Finding(name, expected.differences(actual.counts()), Optional.empty());
    }
  }

  private List<Expectation> compileAll() throws IOException {
    Map<String, Expectation> byFile = new TreeMap<>();
    for (List<String> arguments : MACHINES) {
      Expectation compiled = compile(arguments);
      byFile.put(compiled.target().fileName(), compiled);
    }
    return List.copyOf(byFile.values());
  }

  private Expectation compile(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xbatch",
            "-XX:+UseSerialGC",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:CompileCommand=print,org.setun.kernels.vector.*::tile",
            "--add-modules=jdk.incubator.vector"));
    command.addAll(arguments);
    command.addAll(List.of("-cp", jar.toString(), CompileKernels.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> marked = new ArrayList<>();
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    try (BufferedReader print = process.inputReader(StandardCharsets.UTF_8)) {
      for (Map.Entry<String, byte[]> code : MachineCodePrint.read(print, marked::add).entrySet()) {
        counts.put(
            code.getKey(), InstructionCounts.of(Objdump.disassemble(code.getValue()).stream()));
      }
    }
    if (marked.isEmpty() || counts.isEmpty()) {
      throw new IOException("the JVM printed no machine code: " + String.join(" ", command));
    }
    return new Expectation(
        CodeTarget.parse(marked.getFirst().substring(CompileKernels.MARK.length())), counts);
  }
}
