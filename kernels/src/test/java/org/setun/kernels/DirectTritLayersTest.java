// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.op.Fill;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.Families;

/**
 * Ternary convolutions with all that can share their pass, on every family by name, beside a loop
 * over trits. Each is followed by another ternary convolution, whose sums show the trits that the
 * first one packs.
 */
class DirectTritLayersTest {
  private static final int[] CHANNELS = {1, 63, 64, 65, 127, 128, 129, 255, 256, 257, 300};
  private static final int[][] KERNELS = {{1, 1}, {3, 3}, {5, 5}, {7, 7}, {2, 3}};
  private static final int RANDOM_CASES = 150;

  /** Multiply-adds of a case, which bound the time that the loop takes. */
  private static final long MOST_MACS = 1_000_000;

  private static final ExecutorService HELPERS =
      Executors.newFixedThreadPool(4, Thread.ofPlatform().daemon().factory());

  static Stream<Arguments> familiesAndSets() {
    return Families.anywhere().stream()
        .map(TernaryFamily::name)
        .flatMap(family -> KernelSets.named().map(set -> Arguments.arguments(family, set)));
  }

  /** What shares the convolution's pass. */
  private enum Tail {
    NOTHING,
    PRELU,
    SHORTCUT,
    SHORTCUT_PRELU,
    POOLED_SHORTCUT,
    PADDED_SHORTCUT
  }

  /**
   * A convolution.
   *
   * @param shape shape of the input
   * @param outputs output channels
   * @param window window
   * @param twoScales whether weights of +1 and -1 have scales of their own
   * @param binary whether activations are never 0
   * @param weights the weights
   * @param activations the image's trits
   * @param tail what shares the pass
   */
  private record Case(
      Shape shape,
      int outputs,
      Window window,
      boolean twoScales,
      boolean binary,
      Fill weights,
      Fill activations,
      Tail tail) {
    long macs() {
      Shape out = window.outputShape(shape, outputs);
      return (long) out.size() * shape.channels() * window.taps();
    }
  }

  private static Case plain(int channels, int outputs, int height, int width, Window window) {
    return new Case(
        new Shape(channels, height, width),
        outputs,
        window,
        false,
        false,
        Fill.RANDOM,
        Fill.RANDOM,
        Tail.PRELU);
  }

  /** Sizes at and around edges of words, vectors and blocks. */
  private static List<Case> edges() {
    List<Case> cases = new ArrayList<>();
    Window same = Window.square(3, 1, 1);
    for (int width = 1; width <= 67; width++) {
      cases.add(plain(3, 5, 1 + width % 20, width, same));
    }
    for (int height = 1; height <= 20; height++) {
      cases.add(plain(2, 3, height, 14 + height % 5, same));
      cases.add(plain(2, 3, height, 33, Window.square(3, 2, 1)));
    }
    for (int width : new int[] {112, 127, 128, 129, 130}) {
      cases.add(plain(2, 3, 5, width, same));
      cases.add(plain(2, 3, 7, width, Window.square(7, 2, 3)));
      cases.add(plain(2, 3, 4, width, Window.square(1, 1, 0)));
    }
    for (int channels : CHANNELS) {
      cases.add(plain(channels, 3, 3, 5, same));
      cases.add(plain(3, channels, 3, 5, same));
      cases.add(plain(channels, channels, 1, 2, Window.square(1, 1, 0)));
    }
    for (Fill weights : Fill.values()) {
      for (Fill activations : Fill.values()) {
        for (boolean twoScales : new boolean[] {false, true}) {
          cases.add(
              new Case(
                  new Shape(300, 4, 4),
                  9,
                  same,
                  twoScales,
                  false,
                  weights,
                  activations,
                  Tail.NOTHING));
        }
      }
    }
    // More output channels than the widest vector has lanes.
    for (int outputs : new int[] {511, 512, 513, 600, 1025}) {
      for (Tail tail : new Tail[] {Tail.NOTHING, Tail.SHORTCUT_PRELU, Tail.PADDED_SHORTCUT}) {
        Shape shape = new Shape(9, 2, 3);
        boolean twoScales = outputs % 2 == 0;
        cases.add(new Case(shape, outputs, same, twoScales, false, Fill.RANDOM, Fill.RANDOM, tail));
      }
    }
    for (Tail tail : Tail.values()) {
      for (boolean twoScales : new boolean[] {false, true}) {
        for (int width : new int[] {14, 50, 66}) {
          cases.add(
              new Case(
                  new Shape(64, 2, width),
                  64,
                  same,
                  twoScales,
                  true,
                  Fill.RANDOM,
                  Fill.RANDOM,
                  tail));
        }
      }
    }
    return cases;
  }

  private static List<Case> cases() {
    List<Case> cases = edges();
    SplittableRandom random = new SplittableRandom(1958);
    int edges = cases.size();
    while (cases.size() < edges + RANDOM_CASES) {
      Tail tail = Tail.values()[random.nextInt(Tail.values().length)];
      boolean wide = random.nextInt(10) == 0;
      Shape shape =
          new Shape(
              CHANNELS[random.nextInt(wide ? 3 : CHANNELS.length)],
              1 + random.nextInt(20),
              wide ? 112 + 18 * random.nextInt(2) : 1 + random.nextInt(67));
      int outputs = CHANNELS[random.nextInt(CHANNELS.length)];
      Window window = window(random);
      if (!RandomValues.fits(window, shape)) {
        continue;
      }
      Case any =
          new Case(
              shape,
              outputs,
              window,
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextInt(4) > 0 ? Fill.RANDOM : Fill.values()[random.nextInt(4)],
              random.nextInt(4) > 0 ? Fill.RANDOM : Fill.values()[random.nextInt(4)],
              tail);
      if (any.macs() <= MOST_MACS) {
        cases.add(any);
      }
    }
    return cases;
  }

  private static Window window(SplittableRandom random) {
    int[] kernel = KERNELS[random.nextInt(KERNELS.length)];
    return new Window(
        kernel[0],
        kernel[1],
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        random.nextInt(kernel[0]),
        random.nextInt(kernel[1]),
        random.nextInt(kernel[0]),
        random.nextInt(kernel[1]),
        1 + random.nextInt(2),
        1 + random.nextInt(2));
  }

  /** Cases with what the loop computes, made once for all families. */
  private static final class Expected {
    static final List<Expected> ALL = cases().stream().map(Expected::new).toList();

    final String what;
    final NetworkGraph graph;
    final float[] image;
    final float[] output;

    Expected(Case c) {
      SplittableRandom random = new SplittableRandom(c.hashCode() & 0xFFFF);
      what = c.toString();
      graph = graph(c, random);
      image = new float[c.shape().size()];
      for (int i = 0; i < image.length; i++) {
        image[i] = c.activations().trit(random) + (float) random.nextDouble(-0.3, 0.3);
      }
      output = PlainNetwork.run(graph, image);
    }
  }

  private static TernaryKernel kernel(
      SplittableRandom random, Fill fill, int outputs, int inputs, Window window) {
    byte[] trits = new byte[outputs * inputs * window.taps()];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) fill.trit(random);
    }
    return TernaryKernel.ofTrits(
        trits, outputs, inputs, window.kernelHeight(), window.kernelWidth());
  }

  /** A shortcut comes from a value that is there: another convolution of the image. */
  private static NetworkGraph graph(Case c, SplittableRandom random) {
    Shape out = c.window().outputShape(c.shape(), c.outputs());
    List<Layer> layers = new ArrayList<>();
    boolean pooled = c.tail() == Tail.POOLED_SHORTCUT || c.tail() == Tail.PADDED_SHORTCUT;
    String added = pooled ? "wide" : "added";
    boolean shortcut = pooled || c.tail().name().startsWith("SHORTCUT");
    if (shortcut) {
      Shape from = pooled ? new Shape(c.outputs(), 2 * out.height(), 2 * out.width() + 1) : out;
      int channels =
          c.tail() == Tail.PADDED_SHORTCUT && c.outputs() > 64
              ? (c.outputs() - 1) / 64 * 64
              : c.outputs();
      layers.add(ofShape(random, added, c.shape(), from, channels));
      if (pooled) {
        layers.add(new Layer.MaxPool("pool", added, Window.square(2, 2, 0)));
        added = "pool";
      }
      if (channels < c.outputs()) {
        layers.add(new Layer.ChannelPad("pad", added, c.outputs()));
        added = "pad";
      }
    }
    Thresholds thresholds =
        c.binary()
            ? Thresholds.plain(ActivationRule.BINARY, c.shape().channels())
            : Thresholds.plain(c.shape().channels());
    layers.add(convolution(c, random, thresholds));
    String last = "conv";
    if (shortcut) {
      layers.add(new Layer.Add("sum", "conv", added));
      last = "sum";
    }
    if (c.tail() == Tail.PRELU || c.tail() == Tail.SHORTCUT_PRELU || pooled) {
      layers.add(new Layer.PRelu("relu", last, RandomValues.floats(random, c.outputs(), 1)));
      last = "relu";
    }
    if (random.nextBoolean()) {
      float[] scale = RandomValues.floats(random, c.outputs(), 1);
      layers.add(new Layer.Affine("bn", last, scale, RandomValues.floats(random, c.outputs(), 1)));
      last = "bn";
    }
    int reader = 3;
    Window readerWindow = Window.square(out.width() > 8 ? 3 : 1, 1, out.width() > 8 ? 1 : 0);
    layers.add(
        new Layer.TernaryConvolution(
            "reader",
            last,
            readerWindow,
            RandomValues.thresholds(random, c.outputs()),
            kernel(random, Fill.RANDOM, reader, c.outputs(), readerWindow),
            RandomValues.constant(reader, 1),
            new float[reader]));
    // Both are in the output: the reader's sums show trits, these the values.
    Shape read = readerWindow.outputShape(out, reader);
    assertEquals(out.pixels(), read.pixels());
    layers.add(new Layer.Concat("both", List.of(last, "reader")));
    return new NetworkGraph(c.shape(), layers);
  }

  private static Layer convolution(Case c, SplittableRandom random, Thresholds thresholds) {
    TernaryKernel kernel =
        kernel(random, c.weights(), c.outputs(), c.shape().channels(), c.window());
    double bound = 2 / Math.sqrt(c.shape().channels() * c.window().taps());
    float[] scale = RandomValues.floats(random, c.outputs(), bound);
    float[] shift = RandomValues.floats(random, c.outputs(), 0.5);
    return c.twoScales()
        ? new Layer.AsymmetricTernaryConvolution(
            "conv",
            NetworkGraph.INPUT,
            c.window(),
            thresholds,
            kernel,
            scale,
            RandomValues.floats(random, c.outputs(), bound),
            shift)
        : new Layer.TernaryConvolution(
            "conv", NetworkGraph.INPUT, c.window(), thresholds, kernel, scale, shift);
  }

  /** A convolution whose padding and reach give the output a certain shape. */
  private static Layer ofShape(
      SplittableRandom random, String name, Shape in, Shape out, int channels) {
    int bottom = Math.max(0, out.height() - in.height());
    int right = Math.max(0, out.width() - in.width());
    int reachHeight = in.height() + bottom - out.height();
    int reachWidth = in.width() + right - out.width();
    Window window =
        new Window(
            reachHeight == 0 ? 1 : 2,
            reachWidth == 0 ? 1 : 2,
            1,
            1,
            0,
            0,
            bottom,
            right,
            Math.max(1, reachHeight),
            Math.max(1, reachWidth));
    return new Layer.TernaryConvolution(
        name,
        NetworkGraph.INPUT,
        window,
        Thresholds.plain(in.channels()),
        kernel(random, Fill.RANDOM, channels, in.channels(), window),
        RandomValues.floats(random, channels, 0.3),
        RandomValues.floats(random, channels, 0.5));
  }

  @ParameterizedTest
  @MethodSource("familiesAndSets")
  void everyLayer(String family, KernelSet set) {
    List<TernaryFamily> all = Families.all(set, Capabilities.detect().machine());
    Kernels kernels = Kernels.of(set, Families.pinned(all, family).orElseThrow(), null);
    List<String> declined = new ArrayList<>();
    // Bit by bit is 20 times as slow.
    int step = set.name().startsWith("scalar") ? 4 : 1;
    for (int i = 0; i < Expected.ALL.size(); i += step) {
      Expected expected = Expected.ALL.get(i);
      Network network = Network.compile(expected.graph, kernels);
      if (!runs(family, network)) {
        declined.add(expected.what);
      }
      String what = family + ", " + expected.what;
      Session session = network.session();
      // Neither what is not finite nor the first run leaves a trace.
      session.run(RandomValues.constant(expected.image.length, Float.NaN));
      NetworkAssertions.assertBits(expected.output, session.run(expected.image), what);
      NetworkAssertions.assertBits(expected.output, session.run(expected.image), what + ", again");
      for (int threads : new int[] {2, 5}) {
        NetworkAssertions.assertBits(
            expected.output,
            network.session(threads, HELPERS).run(expected.image),
            what + ", " + threads + " threads");
      }
    }
    assertEquals(List.of(), declined, "convolutions that " + family + " does not offer to run");
  }

  private static boolean runs(String family, Network network) {
    List<String> reasons =
        network.steps().stream()
            .filter(step -> step.layers().contains("conv"))
            .map(StepInfo::reason)
            .toList();
    assertEquals(1, reasons.size(), network.steps().toString());
    return reasons.getFirst().startsWith(family + ": ");
  }

  /** The tails are one pass with the convolution, or they test something else. */
  @ParameterizedTest
  @MethodSource("familiesAndSets")
  void tailsShareThePass(String family, KernelSet set) {
    List<TernaryFamily> all = Families.all(set, Capabilities.detect().machine());
    Kernels kernels = Kernels.of(set, Families.pinned(all, family).orElseThrow(), null);
    List<String> layers = new ArrayList<>();
    for (Tail tail : Tail.values()) {
      Case c =
          new Case(
              new Shape(64, 4, 9),
              130,
              Window.square(3, 1, 1),
              false,
              false,
              Fill.RANDOM,
              Fill.RANDOM,
              tail);
      Network network = Network.compile(graph(c, new SplittableRandom(1)), kernels);
      network.steps().stream()
          .filter(step -> step.layers().contains("conv"))
          .forEach(step -> layers.add(String.join("+", step.layers())));
    }
    assertEquals(
        List.of(
            "conv",
            "conv+relu",
            "conv+sum",
            "conv+sum+relu",
            "conv+pool+sum+relu",
            "conv+pool+pad+sum+relu"),
        layers);
  }
}
