// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.setun.kernels.TestRun;

/** What is detected fits the options of the run. */
class CapabilitiesTest {
  private final Capabilities capabilities = Capabilities.detect();

  @Test
  void vectors() {
    assertEquals(TestRun.hasVectors(), capabilities.vectorModule());
    if (TestRun.hasVectors()) {
      int bits = capabilities.vectorBits();
      assertTrue(bits >= 128 && bits <= TestRun.widestVector(), bits + " bits");
    } else {
      assertEquals(0, capabilities.vectorBits());
      assertFalse(capabilities.vectorPopcount());
    }
  }

  /** Against the flags of the processor, where the system and the JVM's options tell. */
  @Test
  void vectorPopcount() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    boolean told = TestRun.hasVectors() && Files.isReadable(cpuinfo);
    assumeTrue(told && capabilities.architecture().equals("amd64"));
    boolean instruction = Files.readString(cpuinfo).contains(" avx512_vpopcntdq");
    assertEquals(
        instruction && capabilities.vectorRegisters() == 32, capabilities.vectorPopcount());
    assertEquals(capabilities.vectorPopcount(), capabilities.machine().vectorPopcount());
    assertEquals(capabilities.vectorRegisters(), capabilities.machine().vectorRegisters());
  }

  @Test
  void jvm() {
    assertTrue(capabilities.java() >= 25, "the build's JDK");
    assertTrue(capabilities.optimizingCompiler(), "no test run leaves out C2");
    assertTrue(capabilities.jvm().contains(Runtime.version().toString()), capabilities.jvm());
    assertEquals(System.getProperty("os.arch"), capabilities.architecture());
  }
}
