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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ternary matrices times bytes, beside the three loops of the definition. */
class Int8ProductTest {
  private static final int MARK = 0x5a5a5a5a;

  private final SplittableRandom random = new SplittableRandom(1958);

  /** What the bytes are. */
  private enum Bytes {
    UNIFORM,
    /** Most have one digit: long lists of more lower digits pay. */
    BELL,
    LEAST,
    GREATEST,
    ZERO,
    /** Each value in turn. */
    ALL;

    byte next(SplittableRandom random, int index) {
      return (byte)
          switch (this) {
            case UNIFORM -> random.nextInt(256);
            case BELL -> Math.clamp(Math.round(random.nextGaussian() * 20), -128, 127);
            case LEAST -> -128;
            case GREATEST -> 127;
            case ZERO -> 0;
            case ALL -> index;
          };
    }
  }

  private byte[] bytes(int length, Bytes kind) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = kind.next(random, i);
    }
    return bytes;
  }

  private byte[] trits(int length) {
    byte[] trits = new byte[length];
    for (int i = 0; i < length; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    return trits;
  }

  private static int[] product(
      byte[] x, int from, int xStride, int rows, byte[] w, int outputs, int columns) {
    int[] y = new int[rows * outputs];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < outputs; o++) {
        for (int c = 0; c < columns; c++) {
          y[r * outputs + o] += x[from + r * xStride + c] * w[o * columns + c];
        }
      }
    }
    return y;
  }

  private static Stream<List<Integer>> extents() {
    return Stream.of(
        List.of(1, 1, 1),
        List.of(1, 7, 16),
        List.of(2, 127, 63),
        List.of(1, 128, 257),
        List.of(3, 129, 70),
        List.of(1, 255, 300),
        List.of(2, 256, 31),
        List.of(1, 511, 97),
        List.of(2, 512, 64),
        List.of(3, 513, 1000),
        List.of(70, 20, 33));
  }

  @ParameterizedTest
  @MethodSource("extents")
  void everyProductIsThatOfTheDefinition(List<Integer> extents) {
    for (Bytes kind : Bytes.values()) {
      check(extents.get(0), extents.get(1), extents.get(2), kind);
    }
  }

  /** More columns than a counter takes, and as many as just fill it, and lists of several calls. */
  @ParameterizedTest
  @EnumSource
  void manyColumns(Bytes kind) {
    check(2, 3, Int8Session.BLOCK_COLUMNS, kind);
    check(1, 9, 2 * Int8Session.BLOCK_COLUMNS + 77, kind);
  }

  private void check(int rows, int outputs, int columns, Bytes kind) {
    byte[] w = trits(outputs * columns);
    if (kind != Bytes.UNIFORM) {
      // All that one output can add up, and all that another can take away.
      Arrays.fill(w, 0, columns, (byte) 1);
      Arrays.fill(w, (outputs - 1) * columns, outputs * columns, (byte) -1);
    }
    int xStride = columns + 5;
    byte[] x = bytes(3 + rows * xStride, kind);
    int[] expected = product(x, 3, xStride, rows, w, outputs, columns);
    TernaryMatrix matrix = TernaryMatrix.ofTrits(w, outputs, columns);
    for (Kernels kernels : TestRun.kernels()) {
      Int8Product product = Int8Product.of(matrix, kernels);
      Int8Session session = product.session();
      int leading = outputs + 3;
      int[] y = new int[2 + rows * leading];
      Arrays.fill(y, MARK);
      session.multiply(x, 3, xStride, rows, y, 2, leading);
      session.multiplyAdd(x, 3, xStride, rows, y, 2, leading);
      float[] factors = RandomValues.floats(random, rows, 1);
      float[] scale = RandomValues.floats(random, outputs, 1);
      float[] shift = RandomValues.floats(random, outputs, 1);
      float[] floats = new float[rows * outputs];
      session.multiply(x, 3, xStride, rows, factors, scale, shift, floats, 0, outputs);
      for (int i = 0; i < y.length; i++) {
        int r = (i - 2) / leading;
        int o = (i - 2) % leading;
        boolean isResult = i >= 2 && o < outputs;
        int wanted = isResult ? 2 * expected[r * outputs + o] : MARK;
        assertEquals(wanted, y[i], product + ", " + kind + ", row " + r + ", output " + o);
        if (isResult) {
          int count = expected[r * outputs + o];
          float scaled = Math.fma((float) count, factors[r] * scale[o], shift[o]);
          assertEquals(scaled, floats[r * outputs + o]);
        }
      }
    }
  }

  /** The same again, once C2 has compiled the calls. */
  @ParameterizedTest
  @EnumSource
  void compiledProductsAreTheSame(Bytes kind) {
    byte[] w = trits(600 * 300);
    byte[] warm = bytes(300, Bytes.UNIFORM);
    byte[] x = bytes(4 * 300, kind);
    int[] expected = product(x, 0, 300, 4, w, 600, 300);
    for (Kernels kernels : TestRun.kernels()) {
      Int8Product product = Int8Product.of(TernaryMatrix.ofTrits(w, 600, 300), kernels);
      Int8Session session = product.session();
      int[] y = new int[expected.length];
      for (int i = 0; i < (kernels == Kernels.scalar() ? 20 : 2_000); i++) {
        session.multiply(warm, 0, 300, 1, y, 0, 600);
      }
      session.multiply(x, 0, 300, 4, y, 0, 600);
      assertArrayEquals(expected, y, product.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void threadsGiveTheSame(int threads) {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (Kernels kernels : TestRun.kernels()) {
        for (int rows : new int[] {1, 9, 150}) {
          byte[] w = trits(601 * 200);
          byte[] x = bytes(rows * 200, Bytes.UNIFORM);
          Int8Product product = Int8Product.of(TernaryMatrix.ofTrits(w, 601, 200), kernels);
          Int8Session session = product.session(threads, executor);
          int[] expected = product(x, 0, 200, rows, w, 601, 200);
          for (int i = 0; i < (rows == 1 ? 50 : 3); i++) {
            int[] y = new int[expected.length];
            session.multiply(x, 0, 200, rows, y, 0, 601);
            assertArrayEquals(expected, y);
          }
        }
      }
    }
  }

  @Test
  void wrongArgumentsAreNamed() {
    TernaryMatrix matrix = TernaryMatrix.ofTrits(new byte[60], 6, 10);
    Int8Session session = Int8Product.of(matrix).session();
    byte[] x = new byte[40];
    int[] y = new int[24];
    float[] six = new float[6];
    assertRefused(
        "leading dimension of 9 for 10 columns", () -> session.multiply(x, 0, 9, 4, y, 0, 6));
    assertRefused(
        "leading dimension of 5 for 6 outputs", () -> session.multiply(x, 0, 10, 4, y, 0, 5));
    assertRefused("-1 rows", () -> session.multiply(x, 0, 10, -1, y, 0, 6));
    assertRefused(
        "3 factors for 4 rows",
        () -> session.multiply(x, 0, 10, 4, new float[3], six, six, new float[24], 0, 6));
    assertRefused(
        "5 shifts",
        () -> session.multiply(x, 0, 10, 4, null, six, new float[5], new float[24], 0, 6));
    for (int from : new int[] {-1, 1}) {
      assertThrows(
          IndexOutOfBoundsException.class, () -> session.multiply(x, from, 10, 4, y, 0, 6));
      assertThrows(
          IndexOutOfBoundsException.class, () -> session.multiply(x, 0, 10, 4, y, from, 6));
    }
    session.multiply(x, 0, 10, 0, y, 0, 6);
    session.multiply(x, 0, 10, 4, y, 0, 6);
  }

  private static void assertRefused(String reason, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
