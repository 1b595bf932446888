// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.setun.kernels.TernaryKernel;

class SttnMergeTest {
  private static final int OUT = 5;
  private static final int IN = 67;
  private static final int ROWS = 3;
  private static final int COLUMNS = 2;
  private static final int N = IN * ROWS * COLUMNS;

  private static LatentKernel kernel(String name, float[] values) {
    return new LatentKernel(name, OUT, IN, ROWS, COLUMNS, values);
  }

  private static float[] random(long seed, double deviation) {
    Random random = new Random(seed);
    float[] values = new float[OUT * N];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** B1 + B2 by the definition: clamp, mean magnitude over both latents, α·sign each. */
  private static double[] sumOfBinaryKernels(float[] w1, float[] w2) {
    double[] sum = new double[OUT * N];
    for (int o = 0; o < OUT; o++) {
      double alpha = 0;
      for (int i = o * N; i < (o + 1) * N; i++) {
        alpha += Math.abs(Math.clamp(w1[i], -1.0, 1.0)) + Math.abs(Math.clamp(w2[i], -1.0, 1.0));
      }
      alpha /= 2 * N;
      for (int i = o * N; i < (o + 1) * N; i++) {
        sum[i] = alpha * Math.signum(w1[i]) + alpha * Math.signum(w2[i]);
      }
    }
    return sum;
  }

  private static double value(TernaryWeights weights, int i) {
    TernaryKernel kernel = weights.kernel();
    int o = i / N;
    int trit = kernel.trit(o, i / (ROWS * COLUMNS) % IN, i / COLUMNS % ROWS, i % COLUMNS);
    return trit * weights.plusScale()[o];
  }

  private static void assertSumOfBinaryKernels(float[] w1, float[] w2) throws MethodException {
    TernaryWeights merged =
        SttnMerge.mergePair(kernel("w1", w1), kernel("w2", w2), ZeroPolicy.REFUSE);
    double[] expected = sumOfBinaryKernels(w1, w2);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], value(merged, i), 1e-12 * Math.abs(expected[i]), "weight " + i);
    }
  }

  @Test
  void addsThePair() throws MethodException {
    assertSumOfBinaryKernels(random(1, 0.2), random(2, 0.2));
  }

  @Test
  void clampsLatentsOutsideOne() throws MethodException {
    float[] w1 = random(3, 2);
    w1[0] = 1e30f;
    w1[1] = -1e30f;
    assertSumOfBinaryKernels(w1, random(4, 2));
  }

  @Test
  void keepsTinyChannelsBesideLargeOnes() throws MethodException {
    float[] w1 = random(5, 0.5);
    float[] w2 = random(6, 0.5);
    for (int i = N; i < 2 * N; i++) {
      w1[i] = Math.copySign(Float.MIN_VALUE, w1[i]);
      w2[i] = Math.copySign(1e-30f, w2[i]);
    }
    assertSumOfBinaryKernels(w1, w2);
  }

  @Test
  void refusesZerosNamingTensorChannelAndCount() {
    float[] w1 = random(7, 0.3);
    float[] w2 = random(8, 0.3);
    w1[0] = 0;
    w1[5] = -0f;
    w1[4 * N + 1] = 0;
    w2[2 * N] = 0;
    MethodException e =
        assertThrows(
            MethodException.class,
            () -> SttnMerge.mergePair(kernel("c_1", w1), kernel("c_2", w2), ZeroPolicy.REFUSE));
    assertEquals(
        List.of(
            "c_1: latents that are exactly 0 (--zeros gives them a sign): channel 0 (2 of 402),"
                + " channel 4 (1 of 402)",
            "c_2: latents that are exactly 0 (--zeros gives them a sign): channel 2 (1 of 402)"),
        e.problems());
  }

  @Test
  void resolvesZerosAsTold() throws MethodException {
    float[] zeros = new float[OUT * N];
    float[] ones = new float[OUT * N];
    Arrays.fill(ones, 1);
    for (ZeroPolicy policy : List.of(ZeroPolicy.PLUS, ZeroPolicy.MINUS)) {
      TernaryWeights merged = SttnMerge.mergePair(kernel("w1", zeros), kernel("w2", ones), policy);
      // α = 1/2 whatever the zeros' sign: +α + α where the zero counts as plus, else +α - α.
      assertEquals(policy == ZeroPolicy.PLUS ? 1 : 0, value(merged, 3));
      assertEquals(1, merged.plusScale()[0]);
    }
  }

  @Test
  void listsAFewOfManyZeros() {
    LatentKernel zeros = new LatentKernel("wide", 100, 1, 1, 1, new float[100]);
    MethodException e =
        assertThrows(
            MethodException.class, () -> SttnMerge.mergePair(zeros, zeros, ZeroPolicy.REFUSE));
    String expected =
        "wide: latents that are exactly 0 (--zeros gives them a sign): channel 0 (1 of 1), channel"
            + " 1 (1 of 1), channel 2 (1 of 1) and 97 more";
    assertEquals(List.of(expected, expected), e.problems());
  }

  @Test
  void refusesLatentsThatAreNotFinite() {
    float[] w1 = random(9, 0.3);
    w1[N + 3] = Float.NaN;
    w1[2 * N] = Float.NEGATIVE_INFINITY;
    MethodException e =
        assertThrows(
            MethodException.class,
            () ->
                SttnMerge.mergePair(
                    kernel("c_1", w1), kernel("c_2", random(10, 0.3)), ZeroPolicy.PLUS));
    assertEquals(
        List.of("c_1: values that are not finite: NaN at [1, 0, 1, 1], -Infinity at [2, 0, 0, 0]"),
        e.problems());
  }

  @Test
  void refusesPairsOfDifferentExtents() {
    LatentKernel small = new LatentKernel("small", 1, 1, 1, 1, new float[] {1});
    assertThrows(
        IllegalArgumentException.class,
        () -> SttnMerge.mergePair(small, kernel("w", random(1, 1)), ZeroPolicy.REFUSE));
  }

  @Test
  void recognizesAMergedKernel() throws MethodException {
    float[] values = new float[OUT * N];
    Random random = new Random(11);
    float[] levels = {0.25f, 3e-20f, 1e10f, 0, 0.125f};
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(3) - 1) * levels[i / N];
    }
    values[0] = 0.25f * (1 + 5e-6f);
    TernaryWeights weights = PlainTernary.recognize(kernel("conv", values));
    for (int i = 1; i < values.length; i++) {
      assertEquals(values[i] + 0.0, value(weights, i), "weight " + i);
    }
    assertEquals(0.25, value(weights, 0));
    assertEquals(0, weights.plusScale()[3]);
  }

  @Test
  void namesTheMergedValueThatIsOffItsLevel() {
    float[] values = new float[OUT * N];
    Arrays.fill(values, 0.5f);
    values[3 * N + 7] = -0.50001f;
    MethodException e =
        assertThrows(MethodException.class, () -> PlainTernary.recognize(kernel("conv", values)));
    assertEquals(
        List.of(
            "conv: values that are neither 0 nor their channel's level: -0.50001 at [3, 1, 0, 1]"
                + " (±0.5)"),
        e.problems());
  }

  @Test
  void boundsTheListOfMergedValues() {
    MethodException e =
        assertThrows(
            MethodException.class, () -> PlainTernary.recognize(kernel("conv", random(12, 0.2))));
    assertEquals(1, e.problems().size());
    assertTrue(e.getMessage().endsWith(" and 2002 more"), e.getMessage());
  }
}
