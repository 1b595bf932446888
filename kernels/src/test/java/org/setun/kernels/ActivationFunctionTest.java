// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationFunctionTest {
  private static final float[] NONE = {};

  /** Values of torch.nn.functional at -3.5, -0.75, 0, 0.3 and 4, in fp64. */
  @ParameterizedTest
  @CsvSource({
    "CLAMP, -1, -0.75, 0, 0.30000001192092896, 1",
    "SIGMOID, 0.029312230751356319, 0.32082130082460703, 0.5, 0.57444251972582905,"
        + " 0.98201379003790845",
    "TANH, -0.99817789761119868, -0.6351489523872873, 0, 0.2913126233608736, 0.99932929973906703",
    "SILU, -0.10259280762974712, -0.24061597561845527, 0, 0.17233276276563719, 3.9280551601516338",
    "HARD_SIGMOID, 0, 0.375, 0.5, 0.55000000198682153, 1",
    "HARD_SWISH, -0, -0.28125, 0, 0.16500000715255739, 4",
    "GELU, -0.00081420177662439031, -0.16997051428265111, 0, 0.18537343538671314,"
        + " 3.9998733150326675",
    "GELU_TANH, -0.00061619765537374027, -0.17003944483437966, 0, 0.18537093227240134,"
        + " 3.9999297540518075",
    "ELU, -0.67886183160437708, -0.36934341308128971, 0, 0.30000001192092896, 4",
    "SOFTPLUS, 0.029750418272620566, 0.38687100611489994, 0.69314718055994529, 0.85435525131641554,"
        + " 4.0181499279178094"
  })
  void valuesArePyTorchs(
      ActivationFunction function, double a, double b, double c, double d, double e) {
    float[] x = {-3.5f, -0.75f, 0, 0.3f, 4};
    double[] expected = {a, b, c, d, e};
    float[] parameters = function == ActivationFunction.ELU ? new float[] {0.7f} : NONE;
    if (function == ActivationFunction.CLAMP) {
      parameters = new float[] {-1, 1};
    } else if (function == ActivationFunction.HARD_SIGMOID) {
      parameters = new float[] {1 / 6f, 0.5f};
    }
    for (int i = 0; i < x.length; i++) {
      float actual = function.apply(x[i], parameters);
      assertEquals(expected[i], actual, 1e-7 * Math.max(1e-3, Math.abs(expected[i])), "at " + x[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "QUANTIZE_HALF_EVEN, -4, -2.5, 1.5, 1.5", // 1.75 is level 4.5 with the zero at 1
    "QUANTIZE_FLOOR, -4, -3, 1.5, 1.5",
    "QUANTIZE_CEIL, -4, -2.5, 2, 2",
    "QUANTIZE_TRUNCATE, -4, -2.5, 1.5, 1.5"
  })
  void quantizersRoundAndClamp(
      ActivationFunction function, float far, float below, float half, float between) {
    float[] parameters = {0.5f, 1, -7, 8};
    assertEquals(far, function.apply(-100, parameters));
    assertEquals(below, function.apply(-2.7f, parameters));
    assertEquals(half, function.apply(1.75f, parameters));
    assertEquals(between, function.apply(1.7f, parameters));
    assertEquals(3.5f, function.apply(100, parameters));
  }

  @ParameterizedTest
  @EnumSource
  void theEndsOfTheRangeAreLimits(ActivationFunction function) {
    float[] parameters = {1, 2, 3, 4};
    assertTrue(Float.isNaN(function.apply(Float.NaN, parameters)));
    float low = function.apply(Float.NEGATIVE_INFINITY, parameters);
    float high = function.apply(Float.POSITIVE_INFINITY, parameters);
    assertTrue(Float.isFinite(low), () -> "at negative infinity " + low);
    assertTrue(high > 0, () -> "at positive infinity " + high);
  }

  @Test
  void theErrorFunctionIsSmoothWhereItsFormulasMeet() {
    for (float x = -40; x < 40; x += 1 / 64f) {
      float left = ActivationFunction.GELU.apply(x, NONE);
      float right = ActivationFunction.GELU.apply(Math.nextUp(x), NONE);
      assertEquals(left, right, 3e-7 * Math.max(1, Math.abs(x)));
    }
  }
}
