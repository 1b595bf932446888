// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.setun.kernels.family.Machine;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.Families;

/** What a compiled network tells about itself. */
class NetworkTest {
  private static StepInfo step(Network network, String layer) {
    return network.steps().stream()
        .filter(step -> step.layers().contains(layer))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void stepsCountTheirProducts() {
    for (Kernels kernels : TestRun.kernels()) {
      Network network = Network.compile(TestNetwork.graph(), kernels);
      assertEquals(64L * 3 * 9 * 20 * 16, step(network, "stem").macs());
      assertEquals(64L * 64 * 9 * 10 * 8, step(network, "a").macs());
      assertEquals(130L * 64 * 9 * 5 * 4, step(network, "b").macs());
      assertEquals(130L * 130 * 5 * 4, step(network, "b-mix").macs());
      assertEquals(10L * 260 * 2 * 2, step(network, "fc").macs());
      assertEquals(0, step(network, "mean").macs());
    }
  }

  /** Kernels of every set with no family but that of tiles. */
  private static List<Kernels> tiles() {
    Machine machine = Capabilities.detect().machine();
    return KernelSets.all().stream()
        .map(set -> Kernels.of(set, Families.ofGemms(set, set.gemms(), machine), null))
        .toList();
  }

  /** Two bits a weight, and what the panels add past the last channel. */
  @Test
  void ternaryWeightsStaySmall() {
    for (Kernels kernels : tiles()) {
      Network network = Network.compile(TestNetwork.graph(), kernels);
      long bytes = step(network, "a").parameterBytes();
      long planes = 64 * 64 * 9 * 2 / 8;
      assertTrue(bytes >= planes && bytes < planes + 1024, bytes + " bytes");
    }
  }

  /** Plus and minus weights are multiplied one after the other. */
  @Test
  void asymmetricWeightsTakeTwoProducts() {
    for (Kernels kernels : tiles()) {
      Network network = Network.compile(TestNetwork.graph(), kernels);
      long bytes = step(network, "b").parameterBytes();
      long planes = 130 * 64 * 9 * 2 / 8;
      assertTrue(bytes >= 2 * planes && bytes < 2 * planes + 16 * 1024, bytes + " bytes");
    }
  }

  @Test
  void shapesAndKernels() {
    NetworkGraph graph = TestNetwork.graph();
    Kernels scalar = Kernels.scalar();
    Network network = Network.compile(graph, scalar);
    assertEquals(graph.inputShape(), network.inputShape());
    assertEquals(graph.outputShape(), network.outputShape());
    assertSame(scalar, network.kernels());
    assertSame(Kernels.best(), Network.compile(graph).kernels());
  }

  /** A network keeps nothing of one session for the next. */
  @Test
  void sessionsStartAfresh() {
    NetworkGraph graph = TestNetwork.graph();
    Network network = Network.compile(graph);
    float[] image = RandomValues.floats(new SplittableRandom(1), graph.inputShape().size(), 2);
    float[] expected = PlainNetwork.run(graph, image);
    for (String session : List.of("first", "second")) {
      NetworkAssertions.assertBits(expected, network.session().run(image), session);
    }
  }

  /** Weights are packed once more for the kernels; the graph's own copy must not stay behind. */
  @Test
  void aNetworkDoesNotKeepTheGraphAlive() throws InterruptedException {
    NetworkGraph graph = TestNetwork.graph();
    List<WeakReference<Layer>> layers =
        graph.layers().stream()
            .filter(
                layer ->
                    layer instanceof Layer.TritConvolution
                        || layer instanceof Layer.TernaryWeightConvolution
                        || layer instanceof Layer.Convolution
                        || layer instanceof Layer.Linear)
            .map(WeakReference::new)
            .toList();
    assertEquals(5, layers.size());
    Network network = Network.compile(graph);
    graph = null;
    for (int i = 0; i < 100 && layers.stream().anyMatch(layer -> !layer.refersTo(null)); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertEquals(
        List.of(), layers.stream().map(WeakReference::get).filter(Objects::nonNull).toList());
    assertEquals(new Shape(10, 1, 1), network.outputShape());
  }
}
