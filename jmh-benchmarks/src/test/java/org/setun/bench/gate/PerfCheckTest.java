// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerfCheckTest {
  @TempDir private Path folder;

  @Test
  void baseWithAnotherApiIsNamed() throws Exception {
    Path jar = folder.resolve("old.jar");
    try (OutputStream file = Files.newOutputStream(jar)) {
      new JarOutputStream(file).finish(); // no kernels at all
    }
    Path classes = folder.resolve("classes");
    ProbeClasses.writeTo(classes);
    try (ProbeProcess probe = new ProbeProcess(new Build("old", jar), classes, List.of())) {
      String message = assertThrows(ProbeException.class, probe::answer).getMessage();
      assertTrue(message.startsWith("old has another public API"), message);
      assertTrue(message.contains("org/setun/kernels/"), message);
    }
  }

  @Test
  void jvmThatDoesNotStartIsExplained() throws Exception {
    List<String> wrong = List.of("-XX:MaxVectorSize=many");
    try (ProbeProcess probe = new ProbeProcess(new Build("old", folder), folder, wrong)) {
      String message = assertThrows(ProbeException.class, probe::answer).getMessage();
      assertTrue(message.contains("ended early"), message);
    }
  }

  @Test
  void basesThatCannotBeHadAreNamed() throws Exception {
    try (Builds builds = new Builds(folder, folder)) {
      assertMessage(builds, "nothing.jar", "nothing.jar: no such file");
      assertMessage(builds, "HEAD", "HEAD is no commit of this repository");
    }
  }

  private static void assertMessage(Builds builds, String name, String expected) {
    String message = assertThrows(BuildException.class, () -> builds.find(name)).getMessage();
    assertTrue(message.startsWith(expected), message);
  }
}
