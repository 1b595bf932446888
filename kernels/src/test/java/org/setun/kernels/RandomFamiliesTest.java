// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.setun.kernels.family.ArrayExtent;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.NaiveFamily;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.Families;

/** Whatever family runs a layer, and however values change their layout: the result is the same. */
class RandomFamiliesTest {
  private static final double MORE_THAN_ANY = 1e12;

  /** The families of the library and one more, which is asked for its taste at every offer. */
  private static Kernels with(KernelSet set, NaiveFamily naive) {
    List<TernaryFamily> families =
        new ArrayList<>(Families.all(set, Capabilities.detect().machine()));
    families.add(naive);
    return Kernels.of(set, families, null);
  }

  static List<String> families() {
    return Families.anywhere().stream().map(TernaryFamily::name).toList();
  }

  private static Layout anyLayout(SplittableRandom random) {
    return random.nextInt(3) == 0 ? ChannelsLast.LAYOUT : Planar.LAYOUT;
  }

  private static NaiveFamily.Taste anyTaste(SplittableRandom random) {
    return new NaiveFamily.Taste(
        random.nextBoolean() ? 0 : MORE_THAN_ANY,
        anyLayout(random),
        anyLayout(random),
        anyLayout(random));
  }

  @Test
  void familiesThatMeet() {
    List<StepInfo> steps = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int layers = 1 + random.nextInt(20);
      NetworkGraph graph = RandomGraph.of(random, layers);
      for (KernelSet set : KernelSets.all()) {
        Kernels kernels = with(set, new NaiveFamily(() -> anyTaste(random)));
        String what = layers + " layers, seed " + seed;
        steps.addAll(NetworkAssertions.assertComputes(graph, kernels, random, what).steps());
      }
    }
    for (String name : List.of("(planar)", "(channels last)")) {
      assertTrue(steps.stream().anyMatch(step -> step.name().endsWith(name)), "to " + name);
    }
    assertTrue(steps.stream().anyMatch(step -> step.reason().startsWith("tile: ")), "tiles");
    assertTrue(steps.stream().anyMatch(step -> step.reason().startsWith("naive: ")), "naive");
    assertTrue(steps.stream().anyMatch(step -> step.reason().contains("; next naive: ")), "next");
  }

  /** Each family of the library in turn runs what it can, and the others the rest. */
  @ParameterizedTest
  @MethodSource("families")
  void eachFamilyPinned(String name) {
    List<StepInfo> steps = new ArrayList<>();
    for (int seed = 0; seed < 16; seed++) {
      SplittableRandom random = new SplittableRandom(300 + seed);
      int layers = 1 + random.nextInt(16);
      NetworkGraph graph = RandomGraph.of(random, layers);
      for (KernelSet set : KernelSets.all()) {
        List<TernaryFamily> families = Families.all(set, Capabilities.detect().machine());
        Kernels kernels = Kernels.of(set, Families.pinned(families, name).orElseThrow(), null);
        String what = name + ", " + layers + " layers, seed " + seed;
        steps.addAll(NetworkAssertions.assertComputes(graph, kernels, random, what).steps());
      }
    }
    List<String> reasons =
        steps.stream().map(StepInfo::reason).filter(reason -> !reason.isEmpty()).toList();
    assertTrue(reasons.size() > 10, "convolutions: " + reasons);
    assertTrue(reasons.stream().allMatch(reason -> reason.startsWith(name + ": ")), "" + reasons);
  }

  /** A family whose offers cost something else each time. */
  private record Moody(TernaryFamily family, SplittableRandom random) implements TernaryFamily {
    @Override
    public String name() {
      return family.name();
    }

    @Override
    public List<String> kernels() {
      return family.kernels();
    }

    @Override
    public Optional<Offer> offer(ConvolutionSpec spec, Set<String> without) {
      return family
          .offer(spec, without)
          .map(
              offer ->
                  new Offer(
                      offer.family(),
                      offer.kernel(),
                      random.nextDouble(MORE_THAN_ANY),
                      offer.input(),
                      offer.shortcut(),
                      offer.output(),
                      offer.boundMacsPerCycle(),
                      offer.builder()));
    }

    @Override
    public List<ArrayExtent> arrays(ConvolutionSpec spec) {
      return family.arrays(spec);
    }
  }

  /** The library's families take turns by chance within a network. */
  @Test
  void familiesOfTheLibraryThatMeet() {
    List<String> reasons = new ArrayList<>();
    int mixed = 0;
    for (int seed = 0; seed < 30; seed++) {
      SplittableRandom random = new SplittableRandom(400 + seed);
      // Half of a random graph is other layers: short ones rarely have a convolution a family.
      int layers = 10 + random.nextInt(16);
      NetworkGraph graph = RandomGraph.of(random, layers);
      for (KernelSet set : KernelSets.all()) {
        List<TernaryFamily> families =
            Families.all(set, Capabilities.detect().machine()).stream()
                .<TernaryFamily>map(family -> new Moody(family, random))
                .toList();
        String what = layers + " layers, seed " + seed;
        Network network =
            NetworkAssertions.assertComputes(graph, Kernels.of(set, families, null), random, what);
        List<String> chosen =
            network.steps().stream()
                .map(StepInfo::reason)
                .filter(reason -> !reason.isEmpty())
                .map(reason -> reason.substring(0, reason.indexOf(':')))
                .toList();
        reasons.addAll(chosen);
        mixed += chosen.stream().distinct().count() == families.size() ? 1 : 0;
      }
    }
    for (TernaryFamily family : Families.anywhere()) {
      assertTrue(reasons.contains(family.name()), family.name());
    }
    assertTrue(mixed > 5, mixed + " networks with all families");
  }

  /** Whole graphs in planes: the operations between convolutions too. */
  @Test
  void planes() {
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(100 + seed);
      NetworkGraph graph = RandomGraph.of(random, 1 + random.nextInt(12));
      for (KernelSet set : KernelSets.all()) {
        Kernels kernels = with(set, new NaiveFamily(() -> NaiveFamily.Taste.planar(0)));
        NetworkAssertions.assertComputes(graph, kernels, random, "seed " + seed);
      }
    }
  }

  /** Values that are not finite leave no trace in later runs, in whatever memory they were. */
  @Test
  void afterAnImageThatIsNotFinite() {
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(200 + seed);
      NetworkGraph graph = RandomGraph.of(random, 8);
      Kernels kernels = with(KernelSets.all().getLast(), new NaiveFamily(() -> anyTaste(random)));
      Session session = Network.compile(graph, kernels).session();
      float[] image = RandomValues.floats(random, graph.inputShape().size(), 2);
      session.run(RandomValues.constant(image.length, Float.NaN));
      float[] actual = session.run(image);
      NetworkAssertions.assertBits(PlainNetwork.run(graph, image), actual, "seed " + seed);
    }
  }
}
