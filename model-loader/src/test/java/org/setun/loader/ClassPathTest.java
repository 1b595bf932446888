package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars on the class path of a JVM without flags: no modules, no Vector API. */
class ClassPathTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));

  private static final String PROGRAM =
      """
      import org.setun.kernels.Network;

      void main(String[] args) throws Exception {
        Network network = Network.load(java.nio.file.Path.of(args[0]));
        IO.println(network.kernels().implementation() + ", " + network.outputShape());
      }
      """;

  @Test
  void networksAreLoadedAndRunOnScalarKernels(@TempDir Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("Program.java"), PROGRAM);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "--class-path",
                    System.getProperty("jdk.module.path"),
                    source.toString(),
                    TESTDATA.resolve("fmnist/state_dict.safetensors").toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exitCode = process.waitFor();
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(0, exitCode, printed);
    assertTrue(printed.contains("scalar, 10x1x1"), printed);
    assertTrue(printed.contains("--add-modules jdk.incubator.vector"), printed);
  }
}
