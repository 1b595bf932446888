// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.setun.kernels.family.Machine;
import org.setun.kernels.family.NaiveFamily;
import org.setun.kernels.family.NaiveFamily.Taste;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.op.FloatLinear;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.Families;

/** Families that are pinned, and kernels that fail their self-check. */
class FamilyChoiceTest {
  private static final Capabilities HERE = Capabilities.detect();

  private static List<TernaryFamily> families(KernelSet set, TernaryFamily another) {
    List<TernaryFamily> families = new ArrayList<>(Families.all(set, HERE.machine()));
    families.add(another);
    return families;
  }

  /** Kernels of the two ternary convolutions. */
  private static List<String> used(Network network) {
    return network.steps().stream()
        .filter(step -> step.layers().contains("a") || step.layers().contains("b"))
        .map(StepInfo::kernel)
        .toList();
  }

  private static void assertComputes(Network network) {
    SplittableRandom random = new SplittableRandom(5);
    NetworkGraph graph = TestNetwork.graph();
    float[] image = RandomValues.floats(random, graph.inputShape().size(), 2);
    float[] expected = PlainNetwork.run(graph, image);
    NetworkAssertions.assertBits(expected, network.session().run(image), "output");
  }

  @Test
  void pinnedFamilyRunsWhateverItCosts() {
    KernelSet set = ScalarKernels.kernels();
    List<TernaryFamily> all = families(set, new NaiveFamily(() -> Taste.planar(1e15)));
    List<TernaryFamily> pinned = Families.pinned(all, "naive").orElseThrow();
    Network network = Network.compile(TestNetwork.graph(), Kernels.of(set, pinned, null));
    assertEquals(List.of(NaiveFamily.KERNEL, NaiveFamily.KERNEL), used(network));
    assertComputes(network);
  }

  /** Layers that a pinned family cannot run are left to the others. */
  @Test
  void pinnedFamilyWithoutAnOffer() {
    KernelSet set = ScalarKernels.kernels();
    TernaryFamily none =
        (TernaryFamily)
            Proxy.newProxyInstance(
                TernaryFamily.class.getClassLoader(),
                new Class<?>[] {TernaryFamily.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "name" -> "none";
                      case "offer" -> Optional.empty();
                      default -> List.of();
                    });
    List<TernaryFamily> pinned = Families.pinned(families(set, none), "none").orElseThrow();
    String gemm = set.gemms().getFirst().name();
    Network network = Network.compile(TestNetwork.graph(), Kernels.of(set, pinned, null));
    assertEquals(List.of(gemm, gemm), used(network));
  }

  @Test
  void familiesByProperty() {
    Kernels kernels = Kernels.select("scalar", null, "tile", HERE);
    assertEquals("scalar", kernels.implementation());
    String message =
        assertThrows(
                KernelSelectionException.class, () -> Kernels.select(null, null, "mosaic", HERE))
            .getMessage();
    assertTrue(message.startsWith("-Dsetun.family=mosaic: there are [tile"), message);
  }

  /** Checked once for several networks, left out of all, and the others do its work. */
  @Test
  void kernelThatFailsItsCheckIsLeftOut() {
    AtomicInteger checks = new AtomicInteger();
    NaiveFamily faulty = faulty("naive-left-out", checks);
    KernelSet set = ScalarKernels.kernels();
    String gemm = set.gemms().getFirst().name();
    Kernels kernels = Kernels.of(set, families(set, faulty), null);
    for (int i = 0; i < 2; i++) {
      Network network = Network.compile(TestNetwork.graph(), kernels);
      assertEquals(List.of(gemm, gemm), used(network));
      assertSame(kernels, network.kernels());
      assertComputes(network);
    }
    assertEquals(1, checks.get());
    assertEquals("left out: wrong on purpose", kernels.reasons().getLast());
    assertTrue(kernels.describe().contains("left out: wrong on purpose"), kernels.describe());
  }

  @Test
  void pinnedKernelThatFailsItsCheckIsAnError() {
    NaiveFamily faulty = faulty("naive-pinned", new AtomicInteger());
    KernelSet set = ScalarKernels.kernels();
    Kernels kernels = Kernels.of(set, families(set, faulty), "-Dsetun.family=naive");
    String message =
        assertThrows(
                KernelSelectionException.class, () -> Network.compile(TestNetwork.graph(), kernels))
            .getMessage();
    assertEquals("-Dsetun.family=naive: wrong on purpose", message);
  }

  private static NaiveFamily faulty(String kernel, AtomicInteger checks) {
    return new NaiveFamily(
        kernel,
        () -> Taste.planar(0),
        () -> {
          checks.incrementAndGet();
          return Optional.of("wrong on purpose");
        });
  }

  @Test
  void scalarKernelsIfNoneIsLeft() {
    KernelSet set = ScalarKernels.kernels();
    List<TernaryFamily> onlyFaulty = List.of(faulty("naive-alone", new AtomicInteger()));
    Network network = Network.compile(TestNetwork.graph(), Kernels.of(set, onlyFaulty, null));
    assertEquals("scalar", network.kernels().implementation());
    String gemm = set.gemms().getFirst().name();
    assertEquals(List.of(gemm, gemm), used(network));
    String reason = network.kernels().reasons().getFirst();
    assertTrue(reason.contains("wrong on purpose"), reason);
  }

  /** A set whose linear layer adds 1 to its first output. */
  private static KernelSet faultySet(String name) {
    KernelSet right = ScalarKernels.kernels();
    FloatLinear linear =
        new FloatLinear() {
          @Override
          public int channels() {
            return right.linear().channels();
          }

          @Override
          public void panel(
              float[] in, int features, float[] w, int from, float[] bias, float[] out, int to) {
            right.linear().panel(in, features, w, from, bias, out, to);
            out[to]++;
          }
        };
    List<TernaryGemm> gemms = right.gemms();
    return new KernelSet(
        name,
        gemms,
        right.im2col(),
        right.epilogue(),
        right.ternarizer(),
        right.convolution(),
        right.winograd(),
        right.pooling(),
        right.deinterleave(),
        linear,
        right.transposition(),
        right.digits(),
        right.hamming(),
        right.signedSum(),
        right.bitSliced());
  }

  /** Only what a network runs on is checked. */
  @Test
  void operationThatFailsItsCheckLeavesTheScalarKernels() {
    KernelSet set = faultySet("faulty");
    Kernels kernels = Kernels.of(set, Families.all(set, HERE.machine()), null);
    Network network = Network.compile(TestNetwork.graph(), kernels);
    assertEquals("scalar", network.kernels().implementation());
    assertEquals(List.of("FloatLinear differs from scalar"), network.kernels().reasons());
    assertComputes(network);
    NetworkGraph withoutLinear =
        new NetworkGraph(
            new Shape(1, 2, 2), List.of(new Layer.PRelu("relu", NetworkGraph.INPUT, new float[1])));
    assertSame(kernels, Network.compile(withoutLinear, kernels).kernels());
  }

  @Test
  void forcedOperationThatFailsItsCheckIsAnError() {
    KernelSet set = faultySet("faulty and forced");
    String asked = "-Dsetun.kernels=vector";
    Kernels kernels = Kernels.of(set, Families.all(set, HERE.machine()), asked);
    String message =
        assertThrows(
                KernelSelectionException.class, () -> Network.compile(TestNetwork.graph(), kernels))
            .getMessage();
    assertEquals(asked + " cannot be met: FloatLinear differs from scalar", message);
  }

  /** Twice the products for two scales: half the bound. */
  @Test
  void boundOfTwoScales() {
    SplittableRandom random = new SplittableRandom(2);
    TernaryKernel kernel = RandomValues.kernel(random, 64, 64, 3, 3);
    Window same = Window.square(3, 1, 1);
    float[] ones = RandomValues.constant(64, 1);
    NetworkGraph graph =
        new NetworkGraph(
            new Shape(64, 7, 7),
            List.of(
                new Layer.TernaryConvolution(
                    "one", NetworkGraph.INPUT, same, Thresholds.plain(64), kernel, ones, ones),
                new Layer.AsymmetricTernaryConvolution(
                    "two", "one", same, Thresholds.plain(64), kernel, ones, ones, ones)));
    Machine twoPorts = new Machine("amd64", 512, 32, true, 2);
    for (KernelSet set : KernelSets.all()) {
      Kernels kernels = Kernels.of(set, Families.ofGemms(set, set.gemms(), twoPorts), null);
      List<StepInfo> steps =
          Network.compile(graph, kernels).steps().stream()
              .filter(step -> step.boundMacsPerCycle() > 0)
              .toList();
      assertEquals(2, steps.size());
      assertEquals(steps.get(0).kernel(), steps.get(1).kernel());
      double half = steps.get(0).boundMacsPerCycle() / 2;
      assertEquals(half, steps.get(1).boundMacsPerCycle(), 1e-9);
    }
  }
}
