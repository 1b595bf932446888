// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ternary matrices times fp32 numbers: the order of the definition to the bit, and fp64. */
class FloatProductTest {
  private static final float MARK = 12345;

  private final SplittableRandom random = new SplittableRandom(1958);

  private byte[] trits(int length) {
    byte[] trits = new byte[length];
    for (int i = 0; i < length; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    return trits;
  }

  /** 64 columns at a time, as {@code SignedSum} defines it. */
  private static float product(float[] x, int from, byte[] w, int at, int columns) {
    float result = 0;
    for (int block = 0; block < columns; block += 64) {
      float sum = 0;
      for (int c = block; c < Math.min(block + 64, columns); c++) {
        if (w[at + c] != 0) {
          sum += w[at + c] * x[from + c];
        }
      }
      result += sum;
    }
    return result;
  }

  private static Stream<List<Integer>> extents() {
    return Stream.of(
        List.of(1, 1, 1),
        List.of(1, 63, 64),
        List.of(3, 64, 65),
        List.of(2, 65, 127),
        List.of(4, 200, 333),
        List.of(2, 17, 4096));
  }

  @ParameterizedTest
  @MethodSource("extents")
  void everyProductIsThatOfTheDefinition(List<Integer> extents) {
    int rows = extents.get(0);
    int outputs = extents.get(1);
    int columns = extents.get(2);
    byte[] w = trits(outputs * columns);
    int xStride = columns + 5;
    float[] x = RandomValues.floats(random, 3 + rows * xStride, 2);
    TernaryMatrix matrix = TernaryMatrix.ofTrits(w, outputs, columns);
    float[] scale = RandomValues.floats(random, outputs, 1);
    float[] shift = RandomValues.floats(random, outputs, 1);
    for (Kernels kernels : TestRun.kernels()) {
      FloatProduct product = FloatProduct.of(matrix, kernels);
      FloatSession session = product.session();
      int stride = outputs + 3;
      float[] y = new float[2 + rows * stride];
      Arrays.fill(y, MARK);
      session.multiply(x, 3, xStride, rows, y, 2, stride);
      float[] scaled = y.clone();
      session.multiply(x, 3, xStride, rows, scale, shift, scaled, 2, stride);
      for (int i = 0; i < y.length; i++) {
        int r = (i - 2) / stride;
        int o = (i - 2) % stride;
        if (i < 2 || o >= outputs) {
          assertEquals(MARK, y[i]);
          assertEquals(MARK, scaled[i]);
          continue;
        }
        float expected = product(x, 3 + r * xStride, w, o * columns, columns);
        assertEquals(expected, y[i], kernels.implementation() + ", row " + r + ", output " + o);
        assertEquals(Math.fma(expected, scale[o], shift[o]), scaled[i]);
        double exact = 0;
        double size = 0;
        for (int c = 0; c < columns; c++) {
          double value = x[3 + r * xStride + c];
          exact += value * w[o * columns + c];
          size += Math.abs(value);
        }
        assertEquals(exact, y[i], 1e-6 * size);
      }
    }
  }

  /** A weight of 0 leaves out whatever it stands for. */
  @Test
  void zerosLeaveOutWhatIsNotFinite() {
    byte[] w = new byte[3 * 70];
    w[5] = 1;
    w[70 + 6] = -1;
    w[140 + 7] = 1;
    float[] x = new float[70];
    x[5] = Float.POSITIVE_INFINITY;
    x[6] = Float.NaN;
    x[7] = -0f;
    for (Kernels kernels : TestRun.kernels()) {
      float[] y = new float[3];
      FloatProduct.of(TernaryMatrix.ofTrits(w, 3, 70), kernels)
          .session()
          .multiply(x, 0, 70, 1, y, 0, 3);
      assertArrayEquals(new float[] {Float.POSITIVE_INFINITY, Float.NaN, 0}, y);
    }
  }

  /** The same again, once C2 has compiled the calls, and with threads. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void compiledAndWithThreadsProductsAreTheSame(int threads) {
    byte[] w = trits(300 * 200);
    float[] x = RandomValues.floats(random, 3 * 200, 2);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (Kernels kernels : TestRun.kernels()) {
        FloatSession session =
            FloatProduct.of(TernaryMatrix.ofTrits(w, 300, 200), kernels).session(threads, executor);
        float[] y = new float[900];
        for (int i = 0; i < (kernels == Kernels.scalar() ? 5 : 3000); i++) {
          session.multiply(x, 0, 200, 3, y, 0, 300);
        }
        for (int i = 0; i < y.length; i++) {
          assertEquals(product(x, i / 300 * 200, w, i % 300 * 200, 200), y[i]);
        }
      }
    }
  }

  @Test
  void wrongArgumentsAreNamed() {
    FloatSession session = FloatProduct.of(TernaryMatrix.ofTrits(new byte[60], 6, 10)).session();
    float[] x = new float[40];
    float[] y = new float[24];
    float[] six = new float[6];
    assertRefused("of 9 for 10 columns", () -> session.multiply(x, 0, 9, 4, y, 0, 6));
    assertRefused("of 5 for 6 outputs", () -> session.multiply(x, 0, 10, 4, y, 0, 5));
    assertRefused("-1 rows", () -> session.multiply(x, 0, 10, -1, y, 0, 6));
    assertRefused("5 shifts", () -> session.multiply(x, 0, 10, 4, six, new float[5], y, 0, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> session.multiply(x, 1, 10, 4, y, 0, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> session.multiply(x, 0, 10, 4, y, 1, 6));
    session.multiply(x, 0, 10, 0, y, 0, 6);
  }

  private static void assertRefused(String reason, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
