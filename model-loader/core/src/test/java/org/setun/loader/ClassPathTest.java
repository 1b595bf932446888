// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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
    String printed =
        NewJvm.run(
            "--class-path",
            System.getProperty("jdk.module.path"),
            source,
            TESTDATA.resolve("fmnist/state_dict.safetensors"));
    assertTrue(printed.contains("scalar, 10x1x1"), printed);
    assertTrue(printed.contains("--add-modules jdk.incubator.vector"), printed);
  }
}
