// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

/** Ternary matrices and their products, beside the three loops of the definition. */
class MatrixTest {
  private static final int MARK = 0x5a5a5a5a;

  private final SplittableRandom random = new SplittableRandom(1958);

  /** What the elements are. */
  private enum Fill {
    RANDOM,
    PLUS,
    MINUS,
    ZERO,
    BINARY;

    byte trit(SplittableRandom random) {
      return (byte)
          switch (this) {
            case RANDOM -> random.nextInt(3) - 1;
            case PLUS -> 1;
            case MINUS -> -1;
            case ZERO -> 0;
            case BINARY -> random.nextBoolean() ? 1 : -1;
          };
    }
  }

  private byte[] trits(int rows, int columns, Fill fill) {
    byte[] trits = new byte[rows * columns];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = fill.trit(random);
    }
    return trits;
  }

  private static int[] product(byte[] x, int rows, byte[] w, int outputs, int columns) {
    int[] y = new int[rows * outputs];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < outputs; o++) {
        for (int c = 0; c < columns; c++) {
          y[r * outputs + o] += x[r * columns + c] * w[o * columns + c];
        }
      }
    }
    return y;
  }

  private static TernaryRows rows(TernaryProduct product, byte[] x, int count) {
    TernaryRows rows = product.rows(count);
    for (int r = 0; r < count; r++) {
      rows.set(r, x, r * product.columns());
    }
    return rows;
  }

  private static Stream<List<Integer>> extents() {
    return Stream.of(
        List.of(1, 1, 1),
        List.of(1, 7, 64),
        List.of(1, 65, 63),
        List.of(1, 512, 4096),
        List.of(2, 31, 129),
        List.of(6, 8, 65),
        List.of(7, 9, 128),
        List.of(8, 33, 1),
        List.of(13, 16, 200),
        List.of(20, 200, 100),
        List.of(29, 70, 576),
        List.of(300, 12, 70));
  }

  @ParameterizedTest
  @MethodSource("extents")
  void everyProductIsThatOfTheDefinition(List<Integer> extents) {
    int count = extents.get(0);
    int outputs = extents.get(1);
    int columns = extents.get(2);
    for (Kernels kernels : TestRun.kernels()) {
      for (Fill fill : Fill.values()) {
        byte[] w = trits(outputs, columns, fill);
        byte[] x = trits(count, columns, fill == Fill.ZERO ? Fill.RANDOM : fill);
        check(kernels, x, count, w, outputs, columns);
      }
    }
  }

  private void check(Kernels kernels, byte[] x, int count, byte[] w, int outputs, int columns) {
    TernaryMatrix matrix = TernaryMatrix.ofTrits(w, outputs, columns);
    int[] expected = product(x, count, w, outputs, columns);
    // Packed for a vector and multiplied with a matrix, and the other way round.
    for (int usual : new int[] {1, count, 1000}) {
      TernaryProduct product = TernaryProduct.of(matrix, usual, kernels);
      TernaryRows rows = rows(product, x, count);
      ProductSession session = product.session();
      int leading = outputs + 3;
      int[] y = new int[2 + count * leading];
      Arrays.fill(y, MARK);
      session.multiply(rows, count, y, 2, leading);
      session.multiplyAdd(rows, count, y, 2, leading);
      float[] floats = new float[count * outputs];
      float[] scale = RandomValues.floats(random, outputs, 1);
      float[] shift = RandomValues.floats(random, outputs, 1);
      session.multiply(rows, count, scale, shift, floats, 0, outputs);
      for (int i = 0; i < y.length; i++) {
        int r = (i - 2) / leading;
        int o = (i - 2) % leading;
        boolean isResult = i >= 2 && o < outputs;
        int wanted = isResult ? 2 * expected[r * outputs + o] : MARK;
        assertEquals(wanted, y[i], product + ", row " + r + ", output " + o);
        if (isResult) {
          assertEquals(
              Math.fma(expected[r * outputs + o], scale[o], shift[o]), floats[r * outputs + o]);
        }
      }
    }
  }

  /** The same again, once C2 has compiled the calls. */
  @ParameterizedTest
  @ValueSource(ints = {1, 9})
  void compiledProductsAreTheSame(int count) {
    byte[] w = trits(70, 300, Fill.RANDOM);
    byte[] x = trits(count, 300, Fill.RANDOM);
    int[] expected = product(x, count, w, 70, 300);
    for (Kernels kernels : TestRun.kernels()) {
      TernaryProduct product = TernaryProduct.of(TernaryMatrix.ofTrits(w, 70, 300), count, kernels);
      TernaryRows rows = rows(product, x, count);
      ProductSession session = product.session();
      int[] y = new int[expected.length];
      for (int i = 0; i < 20_000; i++) {
        session.multiply(rows, count, y, 0, 70);
      }
      Arrays.fill(y, MARK);
      session.multiply(rows, count, y, 0, 70);
      assertArrayEquals(expected, y, product.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void threadsGiveTheSame(int threads) {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (Kernels kernels : TestRun.kernels()) {
        for (int count : new int[] {1, 40}) {
          byte[] w = trits(301, 200, Fill.RANDOM);
          byte[] x = trits(count, 200, Fill.RANDOM);
          TernaryProduct product =
              TernaryProduct.of(TernaryMatrix.ofTrits(w, 301, 200), count, kernels);
          TernaryRows rows = rows(product, x, count);
          ProductSession session = product.session(threads, executor);
          int[] expected = product(x, count, w, 301, 200);
          for (int i = 0; i < 50; i++) {
            int[] y = new int[expected.length];
            session.multiply(rows, count, y, 0, 301);
            assertArrayEquals(expected, y);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 130, 256})
  void numbersBecomeTritsByTheirThresholds(int columns) {
    Thresholds thresholds = RandomValues.thresholds(random, columns);
    for (Kernels kernels : TestRun.kernels()) {
      TernaryProduct product =
          TernaryProduct.of(TernaryMatrix.ofTrits(new byte[columns], 1, columns), 5, kernels);
      TernaryRows rows = product.rows(10, thresholds);
      float[] values = RandomValues.floats(random, 3 + 10 * columns, 2);
      // What lies behind a row is not a part of it, whatever it is.
      values[3 + columns] = Float.POSITIVE_INFINITY;
      for (int r = 0; r < 10; r++) {
        rows.set(r, values, 3 + r * columns);
      }
      for (int r = 0; r < 10; r++) {
        for (int c = 0; c < columns; c++) {
          float value = values[3 + r * columns + c];
          float v = thresholds.negated()[c] ? -value : value;
          int expected = v < thresholds.low()[c] ? -1 : v < thresholds.high()[c] ? 0 : 1;
          assertEquals(expected, rows.get(r, c), kernels.implementation());
        }
      }
      int[] sums = new int[10];
      product.session().multiply(rows, 10, sums, 0, 1);
      assertArrayEquals(new int[10], sums, "what lies past the last column counts");
    }
  }

  @Test
  void rowsAreSetFromTritsAndPlanesAndCleared() {
    byte[] trits = trits(3, 100, Fill.RANDOM);
    TernaryMatrix matrix = TernaryMatrix.ofTrits(trits, 3, 100);
    TernaryProduct product = TernaryProduct.of(matrix, 3);
    TernaryRows rows = product.rows(3);
    long[] nonzero = matrix.kernel().nonzeroPlane();
    long[] sign = matrix.kernel().signPlane();
    sign[2] |= ~nonzero[2];
    for (int r = 0; r < 3; r++) {
      rows.set(r, nonzero, sign, 2 * r);
      for (int c = 0; c < 100; c++) {
        assertEquals(trits[r * 100 + c], rows.get(r, c));
      }
    }
    int[] y = new int[9];
    product.session().multiply(rows, 3, y, 0, 3);
    assertArrayEquals(product(trits, 3, trits, 3, 100), y, "signs of zeros count");
    rows.clear(1);
    for (int c = 0; c < 100; c++) {
      assertEquals(0, rows.get(1, c));
      assertEquals(trits[200 + c], rows.get(2, c));
    }
    trits[150] = 2;
    assertRefused("value 2 at index 150 is not a trit", () -> rows.set(2, trits, 100));
    assertEquals(trits[200], rows.get(2, 0));
    nonzero[1] |= 1L << 36;
    assertRefused("behind column 99", () -> rows.set(0, nonzero, sign, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> rows.set(3, trits, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> rows.set(0, trits, 201));
    assertThrows(IndexOutOfBoundsException.class, () -> rows.get(0, 100));
  }

  @Test
  void aMatrixIsMadeOfTritsNumbersAndPlanes() {
    byte[] trits = trits(5, 70, Fill.RANDOM);
    TernaryMatrix matrix = TernaryMatrix.ofTrits(trits, 5, 70);
    assertArrayEquals(trits, matrix.toTrits());
    assertEquals(2 * 8 * 5 * 2, matrix.byteSize());
    float[] values = new float[350];
    for (int i = 0; i < 350; i++) {
      values[i] = trits[i] * 0.25f + (trits[i] == 0 ? 0.125f : 0);
    }
    assertEquals(matrix, TernaryMatrix.ofFloats(values, 5, 70, 0.125f));
    assertNotEquals(matrix, TernaryMatrix.ofFloats(values, 5, 70, 0));
    TernaryMatrix signs = TernaryMatrix.ofSigns(values, 5, 70);
    assertEquals(0, signs.zeroCount());
    long[] nonzero = matrix.kernel().nonzeroPlane();
    long[] sign = matrix.kernel().signPlane();
    assertEquals(matrix, TernaryMatrix.ofPlanes(nonzero, sign, 5, 70));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(81).asSlice(1);
      MemorySegment second = arena.allocate(80);
      MemorySegment.copy(nonzero, 0, first, ValueLayout.JAVA_LONG_UNALIGNED, 0, 10);
      MemorySegment.copy(sign, 0, second, ValueLayout.JAVA_LONG, 0, 10);
      TernaryMatrix copied = TernaryMatrix.ofPlanes(first, second, 5, 70);
      assertEquals(matrix, copied);
      assertEquals(matrix.hashCode(), copied.hashCode());
    }
    byte[] middle = Arrays.copyOfRange(trits, 70, 280);
    assertEquals(TernaryMatrix.ofTrits(middle, 3, 70), matrix.rows(1, 4));
    assertEquals(matrix, TernaryMatrix.of(matrix.kernel()));
    values[7] = Float.NaN;
    assertRefused("value 7 is NaN", () -> TernaryMatrix.ofSigns(values, 5, 70));
    assertRefused("threshold -1.0", () -> TernaryMatrix.ofFloats(values, 5, 70, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.rows(3, 6));
    assertRefused("at least one row", () -> matrix.rows(3, 3));
    TernaryKernel window = TernaryKernel.ofTrits(new byte[9], 1, 1, 3, 3);
    assertRefused("windows of 3x3", () -> TernaryMatrix.of(window));
  }

  @Test
  void wrongArgumentsAreNamed() {
    TernaryMatrix matrix = TernaryMatrix.ofTrits(new byte[60], 6, 10);
    TernaryProduct product = TernaryProduct.of(matrix, 4);
    ProductSession session = product.session();
    TernaryRows rows = product.rows(4);
    int[] y = new int[24];
    float[] six = new float[6];
    assertRefused("a leading dimension of 5", () -> session.multiply(rows, 4, y, 0, 5));
    assertRefused("5 rows of TernaryRows 4x10", () -> session.multiply(rows, 5, y, 0, 6));
    assertRefused(
        "5 scales", () -> session.multiply(rows, 4, new float[5], six, new float[24], 0, 6));
    TernaryRows others = TernaryProduct.of(TernaryMatrix.ofTrits(new byte[66], 6, 11), 4).rows(4);
    assertRefused("do not fit", () -> session.multiply(others, 4, y, 0, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> session.multiply(rows, 4, y, 1, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> session.multiply(rows, 4, y, -1, 6));
    assertThrows(
        IndexOutOfBoundsException.class, () -> session.multiply(rows, 4, y, 0, Integer.MAX_VALUE));
    assertRefused("0 rows", () -> TernaryProduct.of(matrix, 0));
    assertRefused("0 threads", () -> product.session(0, null));
    assertRefused("need an executor", () -> product.session(2, null));
    assertRefused("9 thresholds for 10 columns", () -> product.rows(1, Thresholds.plain(9)));
    session.multiply(rows, 0, y, 0, 6);
  }

  private static void assertRefused(String reason, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
