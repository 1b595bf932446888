// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that become bits, value by value. */
class PlanarTernarizerTest {
  private static final float[][] BOUNDS = {
    {-0.5f, 0.5f},
    {0, 0},
    {-0f, 0f},
    {0, Float.MIN_VALUE},
    {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY},
    {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY},
    {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}
  };

  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyWidth(KernelSet set) {
    SplittableRandom random = new SplittableRandom(6);
    for (int width : IntStream.concat(IntStream.rangeClosed(1, 67), IntStream.of(130)).toArray()) {
      for (int rows = 1; rows <= 3; rows++) {
        for (float[] bounds : BOUNDS) {
          for (boolean negated : new boolean[] {false, true}) {
            check(set.bitSliced().ternarizer(), random, width, rows, bounds, negated);
          }
        }
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("sets")
  void onceCompiled(KernelSet set) {
    PlanarTernarizer ternarizer = set.bitSliced().ternarizer();
    float[] values = SpecialValues.floats(new SplittableRandom(7), 2 * 80);
    long[] bits = new long[8];
    for (int call = 0; call < 12_000; call++) {
      ternarizer.bits(values, 0, 80, 2, 70, -0.5f, 0.5f, call % 2 != 0, bits);
    }
    everyWidth(set);
  }

  private static void check(
      PlanarTernarizer ternarizer,
      SplittableRandom random,
      int width,
      int rows,
      float[] bounds,
      boolean negated) {
    int from = 5;
    int pitch = Math.ceilDiv(width, 16) * 16 + random.nextInt(2) * 16;
    float[] values = SpecialValues.floats(random, from + rows * pitch);
    int words = Math.ceilDiv(width, 64);
    long[] expected = new long[2 * rows * words + 2];
    Arrays.fill(expected, 0x5EEDL);
    long[] actual = expected.clone();
    Arrays.fill(expected, 0, 2 * rows * words, 0);
    for (int row = 0; row < rows; row++) {
      for (int x = 0; x < width; x++) {
        float value = values[from + row * pitch + x];
        float v = negated ? -value : value;
        int trit = v < bounds[0] ? -1 : v < bounds[1] ? 0 : 1;
        int at = 2 * (row * words + x / 64);
        expected[at] |= (trit == 1 ? 1L : 0) << x % 64;
        expected[at + 1] |= (trit != 0 ? 1L : 0) << x % 64;
      }
    }
    ternarizer.bits(values, from, pitch, rows, width, bounds[0], bounds[1], negated, actual);
    assertArrayEquals(
        expected,
        actual,
        () -> width + " columns, " + rows + " rows, " + Arrays.toString(bounds) + ", " + negated);
  }
}
