// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.setun.kernels.plan.WinogradRule;

/** fp32 convolutions by transforms: to the bit against their definition, and against fp64. */
class WinogradTest {
  private final SplittableRandom random = new SplittableRandom(1969);

  private static boolean isTransformed(Network network) {
    return network.steps().stream().anyMatch(step -> step.kernel().startsWith("winograd-"));
  }

  private Layer.Convolution convolution(String input, Shape shape, Window window, int outputs) {
    int taps = shape.channels() * window.taps();
    return new Layer.Convolution(
        "conv",
        input,
        window,
        outputs,
        RandomValues.floats(random, outputs * taps, 2 / Math.sqrt(taps)),
        RandomValues.floats(random, outputs, 0.5));
  }

  /** A window for transforms: kernels of all sizes for 3 or 4 taps, uneven ones and paddings. */
  private Window window(boolean image) {
    int down = image ? 1 + random.nextInt(4) : 1;
    int across = image && random.nextBoolean() ? 1 + random.nextInt(4) : down;
    return new Window(
        2 * down + 1 + random.nextInt(2 * down),
        2 * across + 1 + random.nextInt(2 * across),
        down,
        across,
        random.nextInt(3),
        random.nextInt(4),
        random.nextInt(3),
        random.nextInt(4),
        1,
        1);
  }

  private NetworkGraph graph(Shape shape, Window window, int outputs, boolean image) {
    List<Layer> layers = new ArrayList<>();
    if (!image) {
      float[] slope = RandomValues.floats(random, shape.channels(), 1);
      layers.add(new Layer.PRelu("value", NetworkGraph.INPUT, slope));
    }
    layers.add(convolution(image ? NetworkGraph.INPUT : "value", shape, window, outputs));
    String last = "conv";
    if (random.nextBoolean()) {
      float[] scale = RandomValues.floats(random, outputs, 1);
      layers.add(new Layer.Affine("bn", last, scale, RandomValues.floats(random, outputs, 1)));
      last = "bn";
    }
    if (random.nextBoolean()) {
      layers.add(new Layer.PRelu("prelu", last, RandomValues.floats(random, outputs, 1)));
      last = "prelu";
    }
    if (random.nextBoolean()) {
      Shape out = window.outputShape(shape, outputs);
      int kernel = 2 + random.nextInt(2);
      int dilation = out.height() > 4 && out.width() > 4 ? 1 + random.nextInt(2) : 1;
      Window pool =
          new Window(kernel, kernel, 1 + random.nextInt(3), 2, 1, 1, 1, 0, dilation, dilation);
      layers.add(new Layer.MaxPool("pool", last, pool));
    }
    return new NetworkGraph(shape, layers);
  }

  @Test
  void layers() {
    int checked = 0;
    while (checked < 60) {
      boolean image = random.nextInt(3) > 0;
      Window window = window(image);
      int channels = image ? 1 + random.nextInt(9) : 8 + random.nextInt(60);
      Shape shape = new Shape(channels, 16 + random.nextInt(30), 16 + random.nextInt(40));
      int outputs = 1 + random.nextInt(70);
      Shape out = window.outputShape(shape, outputs);
      if (WinogradRule.suits(shape, window, out, image)) {
        NetworkGraph graph = graph(shape, window, outputs, image);
        String what = shape + ", " + window + ", " + outputs;
        for (Kernels kernels : TestRun.kernels()) {
          Network network = NetworkAssertions.assertComputes(graph, kernels, random, what);
          assertTrue(isTransformed(network), what);
        }
        checked++;
      }
    }
  }

  /** A last row and column that no window reaches, behind whole tiles: they have no place. */
  @Test
  void inputThatNoWindowReaches() {
    for (int more = 0; more < 4; more++) {
      Window window = Window.square(8, 2, 0);
      Shape shape = new Shape(3, 8 + 2 * 15 + more % 2, 8 + 2 * 15 + more / 2);
      NetworkGraph graph =
          new NetworkGraph(shape, List.of(convolution(NetworkGraph.INPUT, shape, window, 16)));
      for (Kernels kernels : TestRun.kernels()) {
        Network network = NetworkAssertions.assertComputes(graph, kernels, random, "" + shape);
        assertTrue(isTransformed(network), "" + shape);
      }
    }
  }

  /** The same again once C2 has compiled it, with extremes of the products' sign. */
  @Test
  void compiledStem() {
    Shape shape = new Shape(3, 37, 45);
    NetworkGraph graph =
        new NetworkGraph(
            shape, List.of(convolution(NetworkGraph.INPUT, shape, Window.square(7, 2, 3), 64)));
    float[] image = RandomValues.floats(random, shape.size(), 2);
    float[] ones = RandomValues.constant(shape.size(), -1);
    float[] expected = PlainNetwork.run(graph, image);
    float[] expectedOfOnes = PlainNetwork.run(graph, ones);
    for (Kernels kernels : TestRun.kernels()) {
      Session session = Network.compile(graph, kernels).session();
      for (int i = 0; i < 300; i++) {
        NetworkAssertions.assertBits(expected, session.run(image), "run " + i);
        NetworkAssertions.assertBits(expectedOfOnes, session.run(ones), "ones " + i);
      }
    }
  }

  /**
   * Windows and maps that are run by transforms, and their neighbours that are not: what a machine
   * computes depends on it, so a change must be seen.
   */
  @Test
  void rule() {
    checkRule(true, new Shape(3, 224, 224), Window.square(7, 2, 3), 64, true);
    checkRule(true, new Shape(3, 224, 224), Window.square(11, 4, 2), 64, true);
    checkRule(true, new Shape(3, 224, 224), Window.square(5, 2, 2), 64, true);
    checkRule(false, new Shape(3, 224, 224), Window.square(3, 2, 1), 64, true);
    checkRule(false, new Shape(3, 32, 32), Window.square(3, 1, 1), 128, true);
    checkRule(false, new Shape(1, 28, 28), Window.square(5, 1, 2), 32, true);
    checkRule(true, new Shape(64, 56, 56), Window.square(3, 1, 1), 64, false);
    checkRule(true, new Shape(64, 56, 56), Window.square(4, 1, 1), 64, false);
    checkRule(true, new Shape(16, 28, 28), Window.square(3, 1, 1), 16, false);
    checkRule(true, new Shape(256, 14, 14), Window.square(3, 1, 1), 256, false);
    checkRule(false, new Shape(512, 7, 7), Window.square(3, 1, 1), 512, false);
    checkRule(false, new Shape(512, 14, 14), Window.square(3, 1, 1), 512, false);
    checkRule(false, new Shape(64, 56, 56), Window.square(3, 2, 1), 64, false);
    checkRule(false, new Shape(64, 56, 56), Window.square(5, 1, 2), 64, false);
    checkRule(false, new Shape(64, 56, 56), Window.square(1, 1, 0), 64, false);
    checkRule(false, new Shape(64, 56, 56), Window.square(3, 1, 1), 1, false);
    checkRule(false, new Shape(4, 56, 56), Window.square(3, 1, 1), 64, false);
    Window dilated = new Window(3, 3, 1, 1, 2, 2, 2, 2, 2, 2);
    checkRule(false, new Shape(64, 56, 56), dilated, 64, false);
    checkRule(false, new Shape(1 << 14, 256, 256), Window.square(3, 1, 1), 1 << 14, false);
  }

  private static void checkRule(
      boolean expected, Shape in, Window window, int outputs, boolean image) {
    Shape out = window.outputShape(in, outputs);
    String what = in + ", " + window + ", " + outputs;
    assertEquals(expected, WinogradRule.suits(in, window, out, image), what);
  }

  /** Of noise, as a share of the results' deviation; a sum over the taps has 2.9e-7 and 2.7e-6. */
  @Test
  void rounding() {
    Shape shape = new Shape(3, 96, 96);
    Window window = Window.square(7, 2, 3);
    Layer.Convolution layer = convolution(NetworkGraph.INPUT, shape, window, 64);
    float[] image = RandomValues.floats(random, shape.size(), 2);
    Shape out = window.outputShape(shape, 64);
    for (Kernels kernels : TestRun.kernels()) {
      NetworkGraph graph = new NetworkGraph(shape, List.of(layer));
      float[] actual = Network.compile(graph, kernels).session().run(image);
      double squares = 0;
      double errors = 0;
      double worst = 0;
      for (int i = 0; i < actual.length; i++) {
        double exact = exact(layer, image, shape, out, i);
        squares += exact * exact;
        errors += (actual[i] - exact) * (actual[i] - exact);
        worst = Math.max(worst, Math.abs(actual[i] - exact));
      }
      double deviation = Math.sqrt(squares / actual.length);
      assertTrue(Math.sqrt(errors / actual.length) < 1.5e-6 * deviation, "root mean square");
      assertTrue(worst < 4e-5 * deviation, "largest");
    }
  }

  /** One output, NCHW, in fp64. */
  private static double exact(
      Layer.Convolution layer, float[] image, Shape in, Shape out, int index) {
    Window w = layer.window();
    int o = index / out.pixels();
    int row = index % out.pixels() / out.width();
    int column = index % out.width();
    double sum = layer.bias()[o];
    int tap = o * in.channels() * w.taps();
    for (int c = 0; c < in.channels(); c++) {
      for (int ky = 0; ky < w.kernelHeight(); ky++) {
        for (int kx = 0; kx < w.kernelWidth(); kx++, tap++) {
          int y = row * w.strideHeight() + ky - w.padTop();
          int x = column * w.strideWidth() + kx - w.padLeft();
          if (y >= 0 && y < in.height() && x >= 0 && x < in.width()) {
            sum += (double) layer.weights()[tap] * image[(c * in.height() + y) * in.width() + x];
          }
        }
      }
    }
    return sum;
  }

  /** As documented: up to 4 × 4 outputs around what reads the value, and no others. */
  @Test
  void valueThatIsNotFinite() {
    Shape shape = new Shape(16, 24, 24);
    Window window = Window.square(3, 1, 1);
    NetworkGraph graph =
        new NetworkGraph(
            shape,
            List.of(
                new Layer.PRelu("value", NetworkGraph.INPUT, new float[16]),
                convolution("value", shape, window, 16)));
    float[] image = RandomValues.floats(random, shape.size(), 2);
    for (Kernels kernels : TestRun.kernels()) {
      Session session = Network.compile(graph, kernels).session();
      float[] finite = session.run(image).clone();
      float[] odd = image.clone();
      odd[5 * shape.pixels() + 9 * 24 + 10] = Float.POSITIVE_INFINITY; // read by tiles (2, 2)
      float[] result = session.run(odd);
      NetworkAssertions.assertBits(PlainNetwork.run(graph, odd), result, "as defined");
      for (int i = 0; i < result.length; i++) {
        int row = i % shape.pixels() / 24;
        int column = i % 24;
        if (row / 4 != 2 || column / 4 != 2) {
          assertEquals(finite[i], result[i], row + ", " + column);
        }
      }
    }
  }
}
