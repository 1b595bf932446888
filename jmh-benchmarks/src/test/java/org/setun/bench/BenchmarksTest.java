// SPDX-License-Identifier: Apache-2.0
package org.setun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;
import org.setun.bench.kernels.TernaryGemmBenchmark;
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.GemmTiles;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.Passes;
import org.setun.kernels.NetworkGraph;

/** That benchmarks cover all kernels and measure what they say. */
class BenchmarksTest {
  @Test
  void everyMicroKernelIsBenchmarked() throws NoSuchFieldException {
    Param kernels = TernaryGemmBenchmark.class.getField("kernel").getAnnotation(Param.class);
    assertEquals(Set.copyOf(Implementation.gemmNames()), Set.of(kernels.value()));
  }

  @Test
  void everyMicroKernelComputesTheProduct() {
    for (String name : Implementation.gemmNames()) {
      GemmTiles tiles = new GemmTiles(Implementation.named(name).gemms().getFirst());
      assertTrue(tiles.boundNanos(3) > 0, name);
    }
  }

  @Test
  void unknownImplementationsAreNamed() {
    var thrown = assertThrows(IllegalArgumentException.class, () -> Implementation.named("zfolt"));
    assertTrue(thrown.getMessage().contains("zfolt"), thrown.getMessage());
  }

  @Test
  void layerMeasuresOneConvolutionWithItsFollowers() {
    NetworkGraph graph = Networks.halfBlock(512, 7);
    Implementation vector = Implementation.named("vector");
    Agreement.check(graph, vector);
    Passes passes = new Passes(graph, vector, Passes.of(Networks.HALF_BLOCK_CONVOLUTION));
    assertEquals(1, passes.steps().size());
    assertEquals(3, passes.steps().getFirst().layers().size()); // convolution, addition, PReLU
    assertEquals(Networks.LAYER_MACS, passes.macs());
  }

  @Test
  void resNet18HasItsKnownSize() {
    Passes all =
        new Passes(Networks.resNet18(), Implementation.named("vector"), step -> step.macs() > 0);
    // 1.676 GMAC ternary, 0.118 in the stem, 0.0005 in the classifier.
    assertEquals(1.795e9, all.macs(), 1e6);
  }

  @Test
  void agreementNoticesOneWrongValue() {
    float[] expected = {1, -1, 1, -1};
    float[] actual = {1, -1, 1.01f, -1};
    Agreement.check("a", actual, "b", expected, 0.02);
    assertThrows(
        IllegalStateException.class, () -> Agreement.check("a", actual, "b", expected, 0.005));
    assertThrows(
        IllegalStateException.class,
        () -> Agreement.check("a", new float[] {Float.NaN, 1, 1, 1}, "b", expected, 10));
  }
}
