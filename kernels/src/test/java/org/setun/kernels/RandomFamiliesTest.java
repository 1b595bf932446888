package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.setun.kernels.family.NaiveFamily;
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
