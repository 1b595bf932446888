package org.setun.kernels.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  @Test
  void jvm() {
    assertTrue(capabilities.java() >= 25, "the build's JDK");
    assertTrue(capabilities.optimizingCompiler(), "no test run leaves out C2");
    assertTrue(capabilities.jvm().contains(Runtime.version().toString()), capabilities.jvm());
    assertEquals(System.getProperty("os.arch"), capabilities.architecture());
  }
}
