// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.setun.loader.method.KernelLevels.Form;

/** Each method against its paper's formula, written out weight by weight. */
class MethodFormulaTest {
  private static final int OUT = 4;
  private static final int N = 33 * 3;

  private static float[] random() {
    Random random = new Random(7);
    float[] values = new float[OUT * N];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * (1 + i / N));
    }
    return values;
  }

  private static LatentKernel kernel(float... values) {
    return new LatentKernel("w", OUT, values.length / OUT / 3, 3, 1, values);
  }

  private static double value(TernaryWeights weights, int i, int n) {
    int o = i / n;
    int trit = weights.kernel().trit(o, i % n / 3, i % 3, 0);
    return trit == 0 ? 0 : trit > 0 ? weights.plusScale()[o] : -weights.minusScale()[o];
  }

  private static void assertWeights(double[] expected, TernaryWeights weights) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], value(weights, i, expected.length / OUT), 1e-9, "weight " + i);
    }
  }

  private static double meanMagnitude(float[] w, int from, int n) {
    double sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += Math.abs(w[i]);
    }
    return sum / n;
  }

  @Test
  void xnorIsSignTimesMeanOfTheFilter() throws MethodException {
    float[] w = random();
    w[5] = 0;
    double[] expected = new double[w.length];
    Arrays.setAll(expected, i -> Math.signum(w[i]) * meanMagnitude(w, i / N * N, N));
    assertWeights(expected, XnorNet.binarize(kernel(w), ZeroPolicy.REFUSE, false));
    expected[5] = -meanMagnitude(w, 0, N);
    assertWeights(expected, XnorNet.binarize(kernel(w), ZeroPolicy.MINUS, false));
  }

  /** The mean over both input channels is subtracted from every tap, then ±5 is clamped. */
  @Test
  void xnorCentersEveryTapAndClamps() throws MethodException {
    float[] w = {0, 0, 0, 0.5f, 0, 0, 1, 1, 1, -1, -1, 1, 9, 2, 2, -1, 2, 4, 1, 2, 3, 3, 5, 4};
    TernaryWeights weights = XnorNet.binarize(kernel(w), ZeroPolicy.REFUSE, true);
    assertEquals(-1, weights.kernel().trit(0, 0, 0, 0));
    assertEquals(1, weights.kernel().trit(0, 1, 0, 0));
    assertEquals(0.5 / 6, weights.plusScale()[0], 1e-9);
    assertEquals((1.0 + 0 + 1 + 1 + 0 + 1) / 6, weights.plusScale()[2], 1e-9);
  }

  @ParameterizedTest
  @EnumSource
  void twnKeepsWhatLiesBeyondItsThreshold(ScaleExtent extent) throws MethodException {
    float[] w = random();
    int n = extent == ScaleExtent.TENSOR ? w.length : N;
    for (double factor : new double[] {0.75, 0.7}) {
      double[] expected = new double[w.length];
      for (int from = 0; from < w.length; from += n) {
        double threshold = factor * meanMagnitude(w, from, n);
        double[] beyond =
            IntStream.range(from, from + n)
                .mapToDouble(i -> Math.abs(w[i]))
                .filter(x -> x > threshold)
                .toArray();
        double alpha = Arrays.stream(beyond).average().orElseThrow();
        for (int i = from; i < from + n; i++) {
          expected[i] = w[i] > threshold ? alpha : w[i] < -threshold ? -alpha : 0;
        }
      }
      TernaryWeights weights = TernaryWeightNetwork.ternarize(kernel(w), factor, extent);
      assertWeights(expected, weights);
      assertTrue(weights.hasOneScale());
    }
  }

  @Test
  void ttqHasTheScalesItTrained() throws MethodException {
    float[] w = random();
    float largest = 0;
    for (float x : w) {
      largest = Math.max(largest, Math.abs(x));
    }
    double threshold = 0.05 * largest;
    float[] made = new float[w.length];
    double[] expected = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      made[i] = w[i] > threshold ? 1.25f : w[i] < -threshold ? -0.75f : 0;
      expected[i] = made[i];
    }
    TernaryWeights latent = TrainedTernary.ternarize(kernel(w), 1.25f, 0.75f, 0.05);
    assertWeights(expected, latent);
    assertFalse(latent.hasOneScale());
    assertWeights(expected, TrainedTernary.recognize(kernel(made)));
  }

  private static float[] levels(float... cycle) {
    float[] values = new float[OUT * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = cycle[i % cycle.length];
    }
    return values;
  }

  @Test
  void levelsOfKernels() throws MethodException {
    assertEquals(Form.ONE_SCALE, KernelLevels.of(kernel(levels(-2, 0, 2))).form());
    assertEquals(Form.ONE_SCALE, KernelLevels.of(kernel(levels(2, 2.00001f, -2))).form());
    assertEquals(Form.ONE_SCALE, KernelLevels.of(kernel(levels(2, 2.00001f, -2.000005f))).form());
    // Scales as near each other as those of a published TTQ network.
    assertEquals(Form.TWO_SCALES, KernelLevels.of(kernel(levels(2, 0, -2.000004f))).form());
    assertEquals(Form.ONE_SCALE, KernelLevels.of(kernel(levels(0))).form());
    assertEquals(Form.TWO_SCALES, KernelLevels.of(kernel(levels(-2, 0, 3))).form());
    assertEquals(Form.LATENTS, KernelLevels.of(kernel(levels(-2, 1, 3))).form());
    float[] perChannel = levels(1, 0, -1);
    for (int i = 0; i < perChannel.length; i++) {
      perChannel[i] *= 1 + i / 6;
    }
    assertEquals(Form.SCALE_PER_CHANNEL, KernelLevels.of(kernel(perChannel)).form());
    assertEquals("only -2.000, 0, 3.000", KernelLevels.of(kernel(levels(-2, 0, 3))).describe());
  }

  @Test
  void signsKeepScalesThatHardlyDiffer() throws MethodException {
    float[] made = levels(1, 0, -1.000002f);
    for (int i = 0; i < made.length; i++) {
      made[i] *= 1 + i / 6;
    }
    double[] expected = new double[made.length];
    for (int i = 0; i < made.length; i++) {
      expected[i] = made[i];
    }
    TernaryWeights weights = PlainTernary.recognize(kernel(made));
    assertWeights(expected, weights);
    assertFalse(weights.hasOneScale());
    assertTrue(weights.minusScale()[0] > weights.plusScale()[0]);
    assertFalse(TrainedTernary.recognize(kernel(levels(1, 0, -1.000002f))).hasOneScale());
    // Values that overlap are one level, off by rounding.
    assertTrue(PlainTernary.recognize(kernel(levels(1, 1.000002f, -1.000001f))).hasOneScale());
  }

  private interface Reading {
    TernaryWeights read() throws MethodException;
  }

  private static void assertRefused(String part, Reading reading) {
    String message = assertThrows(MethodException.class, reading::read).getMessage();
    assertTrue(message.startsWith("w") && message.contains(part), message);
  }

  @Test
  void kernelsThatAreNotAMethods() {
    LatentKernel two = kernel(levels(-2, 0, 3));
    assertRefused("holds only -2.000", () -> PlainTwn.read(two));
    assertRefused("ternary already", () -> XnorNet.binarize(two, ZeroPolicy.PLUS, false));
    assertRefused("not +wp, 0 and -wn", () -> TrainedTernary.recognize(kernel(random())));
    assertRefused("neither 0 nor", () -> PlainTernary.recognize(kernel(random())));
    float[] wild = random();
    wild[3] = Float.NaN;
    assertRefused("NaN at [0, 1, 0, 0]", () -> PlainTwn.read(kernel(wild)));
    assertRefused("NaN", () -> TrainedTernary.ternarize(kernel(random()), Float.NaN, 1, 0.05));
  }

  /** TWN as its paper has it. */
  private static final class PlainTwn {
    static TernaryWeights read(LatentKernel kernel) throws MethodException {
      return TernaryWeightNetwork.ternarize(
          kernel, TernaryWeightNetwork.THRESHOLD, ScaleExtent.TENSOR);
    }
  }
}
