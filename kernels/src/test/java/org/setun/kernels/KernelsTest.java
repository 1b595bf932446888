// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.select.Capabilities;

/** The ladder: every rung that breaks leaves the scalar kernels and says what would help. */
class KernelsTest {
  private static final Capabilities GOOD =
      with(
          Capabilities.detect(),
          Map.of("java", 25, "vectorModule", true, "optimizingCompiler", true, "vectorBits", 512));
  private static final Capabilities OLD = with(GOOD, Map.of("java", 24));
  private static final Capabilities NO_MODULE =
      with(GOOD, Map.of("vectorModule", false, "vectorBits", 0));
  private static final Capabilities NO_C2 = with(GOOD, Map.of("optimizingCompiler", false));
  private static final Capabilities NARROW = with(GOOD, Map.of("vectorBits", 64));

  /** A copy with some components changed. */
  private static Capabilities with(Capabilities original, Map<String, Object> changes) {
    RecordComponent[] components = Capabilities.class.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        Object old = components[i].getAccessor().invoke(original);
        values[i] = changes.getOrDefault(components[i].getName(), old);
      }
      return Capabilities.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertScalarBecause(String reason, Capabilities capabilities) {
    Kernels kernels = Kernels.select(null, null, null, capabilities);
    assertEquals("scalar", kernels.implementation());
    assertEquals(1, kernels.reasons().size());
    assertTrue(kernels.reasons().getFirst().contains(reason), kernels.reasons().toString());
    assertTrue(kernels.describe().contains(reason), kernels.describe());
    assertError("-Dsetun.kernels=vector cannot be met", "vector", null, capabilities);
    assertError(reason, "vector", null, capabilities);
    assertError(reason, null, "zfold", capabilities);
    assertEquals("scalar", Kernels.select("scalar", null, null, capabilities).implementation());
  }

  private static void assertError(
      String part, String forced, String pinned, Capabilities capabilities) {
    String message =
        assertThrows(
                KernelSelectionException.class,
                () -> Kernels.select(forced, pinned, null, capabilities))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void rungsThatBreak() {
    assertScalarBecause("JDK 24 is older than 25", OLD);
    assertScalarBecause("--add-modules jdk.incubator.vector", NO_MODULE);
    assertScalarBecause("-XX:TieredStopAtLevel", NO_C2);
    assertScalarBecause("64 bits are too narrow", NARROW);
  }

  @Test
  void unknownValues() {
    assertError("-Dsetun.kernels=vectors: expected scalar or vector", "vectors", null, GOOD);
    assertError("-Dsetun.kernels=: expected", "", null, GOOD);
    assertError("-Dsetun.gemm=zfold", "scalar", "zfold", GOOD);
    assertError("gated-xor-1x1-scalar", "scalar", "zfold", GOOD);
  }

  @Test
  void scalarWhenForced() {
    Kernels kernels = Kernels.select("scalar", null, null, GOOD);
    assertEquals("scalar", kernels.implementation());
    assertEquals(List.of("forced by -Dsetun.kernels=scalar"), kernels.reasons());
  }

  @Test
  void bestOfThisJvm() {
    Kernels best = Kernels.best();
    assertEquals(best, Kernels.best(), "chosen once");
    if (TestRun.hasVectors()) {
      int bits = Capabilities.detect().vectorBits();
      assertEquals("vector " + bits + " bit", best.implementation());
      assertTrue(best.reasons().getFirst().contains("with jdk.incubator.vector"));
      Network network = Network.compile(TestNetwork.graph(), best);
      assertEquals(best, network.kernels(), "every operation passed its self-check");
      assertEquals(1, best.reasons().size(), "no kernel was left out");
      assertEquals(best.implementation(), Kernels.vector().implementation());
    } else {
      assertEquals("scalar", best.implementation());
      assertThrows(KernelSelectionException.class, Kernels::vector);
    }
    assertTrue(best.describe().contains(best.implementation()), best.describe());
  }

  @Test
  void pinnedMicroKernels() {
    for (TernaryGemm gemm : KernelSets.gemms()) {
      String forced = gemm.name().endsWith("scalar") ? "scalar" : "vector";
      Kernels kernels = Kernels.select(forced, gemm.name(), null, Capabilities.detect());
      List<String> used =
          Network.compile(TestNetwork.graph(), kernels).steps().stream()
              .filter(step -> step.layers().contains("a") || step.layers().contains("b"))
              .map(StepInfo::kernel)
              .toList();
      assertEquals(List.of(gemm.name(), gemm.name()), used);
    }
  }
}
