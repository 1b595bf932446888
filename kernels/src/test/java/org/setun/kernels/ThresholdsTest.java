// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThresholdsTest {
  private static final double EPSILON = 1e-5;

  /** The BatchNorm as PyTorch computes it in fp32, operation by operation. */
  private static float batchNorm(float x, float[] parameters) {
    float scale = 1 / (float) Math.sqrt(parameters[3] + (float) EPSILON) * parameters[0];
    float shift = parameters[1] - parameters[2] * scale;
    return x * scale + shift;
  }

  private static int ternarize(double x) {
    return x < -0.5 ? -1 : x < 0.5 ? 0 : 1;
  }

  private static Thresholds fold(float gamma, float beta, float mean, float variance) {
    return fold(ActivationRule.TERNARY, gamma, beta, mean, variance);
  }

  private static Thresholds fold(
      ActivationRule rule, float gamma, float beta, float mean, float variance) {
    return Thresholds.foldBatchNorm(
        rule,
        new float[] {gamma},
        new float[] {beta},
        new float[] {mean},
        new float[] {variance},
        EPSILON);
  }

  /** 2,000 floats on either side of each bound, and some far away. */
  @Test
  void foldAgreesWithTheBatchNormAtEveryFloatAroundItsBounds() {
    SplittableRandom random = new SplittableRandom(1958);
    for (int i = 0; i < 200; i++) {
      float[] p = RandomValues.floats(random, 4, 2);
      p[3] = Math.abs(p[3]);
      Thresholds thresholds = fold(p[0], p[1], p[2], p[3]);
      assertEquals(p[0] < 0, thresholds.negated()[0]);
      for (float bound : new float[] {thresholds.low()[0], thresholds.high()[0]}) {
        float x = thresholds.negated()[0] ? -bound : bound;
        for (int step = 0; step < 2000; step++) {
          x = Math.nextDown(x);
        }
        for (int step = 0; step < 4000; step++, x = Math.nextUp(x)) {
          assertAgrees(p, thresholds, x);
        }
      }
      for (float x : RandomValues.floats(random, 100, 1000)) {
        assertAgrees(p, thresholds, x);
      }
    }
  }

  private static void assertAgrees(float[] p, Thresholds thresholds, float x) {
    int expected = ternarize(batchNorm(x, p));
    if (expected != PlainNetwork.trit(thresholds, 0, x)) {
      assertEquals(expected, PlainNetwork.trit(thresholds, 0, x), "x = " + x);
    }
  }

  /** What the rules without a threshold of their own make of the BatchNorm's value. */
  private static int ofSign(ActivationRule rule, float x) {
    return rule == ActivationRule.BINARY ? (x < 0 ? -1 : 1) : (int) Math.signum(x);
  }

  /** 2,000 floats on either side of the BatchNorm's zero, which some of them hit exactly. */
  @ParameterizedTest
  @EnumSource(names = {"BINARY", "SIGN"})
  void foldOfSignsAgreesWithTheBatchNorm(ActivationRule rule) {
    SplittableRandom random = new SplittableRandom(1959);
    int zeros = 0;
    for (int i = 0; i < 100; i++) {
      float[] p = RandomValues.floats(random, 4, 2);
      p[3] = Math.abs(p[3]);
      Thresholds thresholds = fold(rule, p[0], p[1], p[2], p[3]);
      if (rule == ActivationRule.BINARY) {
        assertEquals(thresholds.low()[0], thresholds.high()[0]);
      }
      float x = thresholds.negated()[0] ? -thresholds.low()[0] : thresholds.low()[0];
      for (int step = 0; step < 2000; step++) {
        x = Math.nextDown(x);
      }
      for (int step = 0; step < 4000; step++, x = Math.nextUp(x)) {
        float normalized = batchNorm(x, p);
        zeros += normalized == 0 ? 1 : 0;
        assertEquals(ofSign(rule, normalized), PlainNetwork.trit(thresholds, 0, x));
      }
    }
    assertTrue(zeros > 0, "the BatchNorm's value is exactly 0 for some");
  }

  @Test
  void gammaZeroMakesTheSignAConstant() {
    for (ActivationRule rule : List.of(ActivationRule.BINARY, ActivationRule.SIGN)) {
      for (float beta : new float[] {-1, -Float.MIN_VALUE, 0, Float.MIN_VALUE, 1}) {
        Thresholds thresholds = fold(rule, 0, beta, 3, 2);
        assertEquals(ofSign(rule, beta), PlainNetwork.trit(thresholds, 0, -7), rule + " " + beta);
      }
    }
  }

  @Test
  void signsOfZero() {
    for (float zero : new float[] {0f, -0f}) {
      assertEquals(
          1, PlainNetwork.trit(Thresholds.plain(ActivationRule.BINARY, 1), 0, zero), "binary");
      assertEquals(0, PlainNetwork.trit(Thresholds.plain(ActivationRule.SIGN, 1), 0, zero), "sign");
    }
  }

  /** Exact in binary, no rounding: a bound that is met is not below it. */
  @Test
  void foldKeepsBoundsThatAreMet() {
    Thresholds positive =
        Thresholds.foldBatchNorm(
            new float[] {4}, new float[] {0}, new float[] {0}, new float[] {4}, 0);
    assertArrayEquals(new float[] {-0.25f}, positive.low());
    assertArrayEquals(new float[] {0.25f}, positive.high());
    Thresholds negative =
        Thresholds.foldBatchNorm(
            new float[] {-4}, new float[] {0}, new float[] {0}, new float[] {4}, 0);
    assertArrayEquals(new float[] {-0.25f}, negative.low());
    assertEquals(0, PlainNetwork.trit(negative, 0, 0.25f));
    assertEquals(-1, PlainNetwork.trit(negative, 0, Math.nextUp(0.25f)));
    assertEquals(1, PlainNetwork.trit(negative, 0, -0.25f));
    assertEquals(0, PlainNetwork.trit(negative, 0, Math.nextUp(-0.25f)));
  }

  @Test
  void gammaZeroMakesTheTritAConstant() {
    float[] betas = {-1, -0.5f, Math.nextDown(-0.5f), 0, Math.nextDown(0.5f), 0.5f, 1};
    for (float gamma : new float[] {0f, -0f}) {
      for (float beta : betas) {
        Thresholds thresholds = fold(gamma, beta, 3, 2);
        for (float x : new float[] {-Float.MAX_VALUE, -1, -0f, 0, 1, Float.MAX_VALUE}) {
          assertEquals(ternarize(beta), PlainNetwork.trit(thresholds, 0, x), beta + " " + x);
        }
      }
    }
  }

  @Test
  void boundsBeyondTheRangeOfFloatsAreNeverReached() {
    Thresholds tiny = fold(1e-42f, 0, 0, 1);
    assertEquals(0, PlainNetwork.trit(tiny, 0, Float.MAX_VALUE));
    assertEquals(0, PlainNetwork.trit(tiny, 0, -Float.MAX_VALUE));
    assertEquals(-1, PlainNetwork.trit(tiny, 0, Float.NEGATIVE_INFINITY));
    assertEquals(1, PlainNetwork.trit(tiny, 0, Float.POSITIVE_INFINITY));
  }

  @Test
  void plainRule() {
    Thresholds plain = Thresholds.plain(3);
    assertEquals(3, plain.channels());
    assertEquals(0, PlainNetwork.trit(plain, 2, -0.5f));
    assertEquals(-1, PlainNetwork.trit(plain, 2, Math.nextDown(-0.5f)));
    assertEquals(1, PlainNetwork.trit(plain, 2, 0.5f));
    assertEquals(0, PlainNetwork.trit(plain, 2, Math.nextDown(0.5f)));
  }

  @Test
  void parametersThatDoNotFit() {
    float[] one = {1};
    float[] two = {1, 1};
    assertMessage("lengths: 1, 2, 1", () -> new Thresholds(one, two, new boolean[1]));
    assertMessage("lengths: 1, 1, 0", () -> new Thresholds(one, one, new boolean[0]));
    assertMessage("channel 1", () -> new Thresholds(two, new float[] {1, 0.5f}, new boolean[2]));
    assertMessage("channel 0", () -> new Thresholds(new float[] {Float.NaN}, one, new boolean[1]));
    assertMessage("1, 1, 2, 1", () -> Thresholds.foldBatchNorm(one, one, two, one, EPSILON));
    assertMessage("σ²=-1.0", () -> fold(1, 0, 0, -1));
    assertMessage("γ=NaN", () -> fold(Float.NaN, 0, 0, 1));
    assertMessage("β=NaN", () -> fold(1, Float.NaN, 0, 1));
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
