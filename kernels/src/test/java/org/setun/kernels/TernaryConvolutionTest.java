// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exact counts (scale 1, shift 0) for any window, map and number of channels. */
class TernaryConvolutionTest {
  private static final int[] CHANNELS = {1, 31, 32, 63, 64, 65, 130};
  private static final int[] OUTPUTS = {1, 7, 8, 9, 16, 33, 65};

  @ParameterizedTest
  @CsvSource({
    "1,1", "1,2", "1,3", "1,5", "2,1", "2,2", "2,3", "3,1", "3,2", "3,3", "3,4", "4,3", "4,4",
    "5,1", "5,3", "5,5"
  })
  void everyWindow(int kernelHeight, int kernelWidth) {
    SplittableRandom random = new SplittableRandom(10 * kernelHeight + kernelWidth);
    for (int i = 0; i < 20; i++) {
      int channels = CHANNELS[i % CHANNELS.length];
      int outputs = OUTPUTS[random.nextInt(OUTPUTS.length)];
      Shape shape = new Shape(channels, 1 + random.nextInt(15), 1 + random.nextInt(17));
      Window window = window(random, kernelHeight, kernelWidth, shape);
      check(random, shape, window, outputs);
    }
  }

  private static Window window(SplittableRandom random, int height, int width, Shape shape) {
    while (true) {
      Window window =
          new Window(
              height,
              width,
              1 + random.nextInt(3),
              1 + random.nextInt(3),
              random.nextInt(4),
              random.nextInt(4),
              random.nextInt(4),
              random.nextInt(4),
              1 + random.nextInt(3),
              1 + random.nextInt(3));
      if (RandomValues.fits(window, shape)) {
        return window;
      }
    }
  }

  @Test
  void onePixel() {
    SplittableRandom random = new SplittableRandom(1);
    for (int channels : CHANNELS) {
      for (int outputs : OUTPUTS) {
        check(random, new Shape(channels, 1, 1), Window.square(1, 1, 0), outputs);
        check(random, new Shape(channels, 1, 1), Window.square(3, 1, 1), outputs);
      }
    }
  }

  /** The padding is the trit 0 also where the thresholds make the value 0 something else. */
  @Test
  void paddingIsZeroWhateverTheThresholds() {
    Shape shape = new Shape(64, 2, 2);
    Thresholds always =
        new Thresholds(
            RandomValues.constant(64, Float.NEGATIVE_INFINITY),
            RandomValues.constant(64, Float.NEGATIVE_INFINITY),
            new boolean[64]);
    TernaryKernel ones = ones(1, 64, 3, 3);
    NetworkGraph graph =
        new NetworkGraph(shape, List.of(count("count", Window.square(3, 1, 1), always, ones)));
    for (Kernels kernels : TestRun.kernels()) {
      float[] counts = Network.compile(graph, kernels).session().run(new float[shape.size()]);
      NetworkAssertions.assertBits(
          RandomValues.constant(4, 4 * 64), counts, kernels.implementation());
    }
  }

  private static TernaryKernel ones(int outputs, int inputs, int height, int width) {
    byte[] trits = new byte[outputs * inputs * height * width];
    java.util.Arrays.fill(trits, (byte) 1);
    return TernaryKernel.ofTrits(trits, outputs, inputs, height, width);
  }

  private static void check(SplittableRandom random, Shape shape, Window window, int outputs) {
    TernaryKernel kernel =
        RandomValues.kernel(
            random, outputs, shape.channels(), window.kernelHeight(), window.kernelWidth());
    Thresholds thresholds = RandomValues.thresholds(random, shape.channels());
    NetworkGraph graph =
        new NetworkGraph(shape, List.of(count("count", window, thresholds, kernel)));
    String what = shape + " to " + outputs + " channels, " + window;
    NetworkAssertions.assertComputes(graph, random, 1, what);
  }

  private static Layer count(String name, Window window, Thresholds thresholds, TernaryKernel k) {
    return new Layer.TernaryConvolution(
        name,
        NetworkGraph.INPUT,
        window,
        thresholds,
        k,
        RandomValues.constant(k.outputChannels(), 1),
        new float[k.outputChannels()]);
  }
}
