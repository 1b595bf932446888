// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of bits, beside a loop over single bits. */
class BinaryProductTest {
  private static final int MARK = 0x5a5a5a5a;

  private final SplittableRandom random = new SplittableRandom(1958);

  private long[] bits(int rows, int columns, long fill) {
    int words = (columns + 63) / 64;
    long[] bits = new long[rows * words];
    for (int i = 0; i < bits.length; i++) {
      long word = fill == 0 || fill == -1 ? fill : random.nextLong();
      int left = columns - i % words * 64;
      bits[i] = left >= 64 ? word : word & (1L << left) - 1;
    }
    return bits;
  }

  private static int bit(long[] bits, int columns, int row, int column) {
    return (int) (bits[row * ((columns + 63) / 64) + column / 64] >> column % 64 & 1);
  }

  private static int[] distances(long[] x, int count, long[] w, int rows, int columns) {
    int[] y = new int[count * rows];
    for (int i = 0; i < y.length; i++) {
      for (int c = 0; c < columns; c++) {
        y[i] += bit(x, columns, i / rows, c) ^ bit(w, columns, i % rows, c);
      }
    }
    return y;
  }

  private static Stream<List<Integer>> extents() {
    return Stream.of(
        List.of(1, 1, 1),
        List.of(1, 7, 63),
        List.of(3, 8, 64),
        List.of(2, 9, 65),
        List.of(1, 200, 1024),
        List.of(5, 130, 700),
        List.of(2, 4099, 70));
  }

  @ParameterizedTest
  @MethodSource("extents")
  void distancesAndProductsAreThoseOfTheDefinition(List<Integer> extents) {
    int count = extents.get(0);
    int rows = extents.get(1);
    int columns = extents.get(2);
    for (long fill : new long[] {0, -1, 1}) {
      long[] w = bits(rows, columns, fill);
      long[] x = bits(count, columns, ~fill);
      int[] expected = distances(x, count, w, rows, columns);
      long[] shifted = new long[x.length + 2];
      System.arraycopy(x, 0, shifted, 2, x.length);
      for (Kernels kernels : TestRun.kernels()) {
        BinaryProduct product = BinaryProduct.ofBits(w, rows, columns, kernels);
        int stride = rows + 3;
        int[] y = new int[1 + count * stride];
        Arrays.fill(y, MARK);
        product.distances(shifted, 2, count, y, 1, stride);
        int[] products = y.clone();
        product.multiply(shifted, 2, count, products, 1, stride);
        for (int i = 0; i < y.length; i++) {
          int r = (i - 1) / stride;
          int o = (i - 1) % stride;
          boolean isResult = i >= 1 && o < rows;
          int distance = isResult ? expected[r * rows + o] : MARK;
          assertEquals(distance, y[i], product + ", row " + r + ", of W " + o);
          assertEquals(isResult ? columns - 2 * distance : MARK, products[i]);
        }
      }
    }
  }

  /** Short codes have many equal distances: the first rows count. */
  @Test
  void theNearestRowsAreThoseOfASort() {
    for (int columns : new int[] {3, 64, 200}) {
      long[] w = bits(5000, columns, 1);
      long[] x = bits(1, columns, 1);
      int[] all = distances(x, 1, w, 5000, columns);
      int[] expected =
          IntStream.range(0, 5000)
              .boxed()
              .sorted(Comparator.comparingInt(row -> all[row]))
              .mapToInt(row -> row)
              .limit(10)
              .toArray();
      for (Kernels kernels : TestRun.kernels()) {
        NearestRows nearest = BinaryProduct.ofBits(w, 5000, columns, kernels).nearest(10);
        for (int i = 0; i < 2; i++) {
          nearest.find(x, 0);
          int[] rows = IntStream.range(0, nearest.count()).map(nearest::row).toArray();
          assertArrayEquals(expected, rows);
          assertEquals(all[expected[9]], nearest.distance(9));
        }
      }
    }
    NearestRows all = BinaryProduct.ofBits(new long[3], 3, 64).nearest(10);
    assertThrows(IndexOutOfBoundsException.class, () -> all.row(0));
    all.find(new long[1], 0);
    assertEquals(3, all.count());
    assertEquals(2, all.row(2));
  }

  /** The same again, once C2 has compiled the calls. */
  @Test
  void compiledDistancesAreTheSame() {
    long[] w = bits(70, 300, 1);
    long[] x = bits(1, 300, 1);
    int[] expected = distances(x, 1, w, 70, 300);
    for (Kernels kernels : TestRun.kernels()) {
      BinaryProduct product = BinaryProduct.ofBits(w, 70, 300, kernels);
      int[] y = new int[70];
      for (int i = 0; i < 20_000; i++) {
        product.distances(x, 0, 1, y, 0, 70);
      }
      Arrays.fill(y, MARK);
      product.distances(x, 0, 1, y, 0, 70);
      assertArrayEquals(expected, y);
    }
  }

  @Test
  void aMatrixIsMadeOfTritsAndSegments() {
    byte[] trits = new byte[5 * 70];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (random.nextBoolean() ? 1 : -1);
    }
    TernaryMatrix matrix = TernaryMatrix.ofTrits(trits, 5, 70);
    BinaryProduct product = BinaryProduct.of(matrix);
    long[] sign = matrix.kernel().signPlane();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(81).asSlice(1);
      MemorySegment.copy(sign, 0, segment, ValueLayout.JAVA_LONG_UNALIGNED, 0, 10);
      BinaryProduct copied = BinaryProduct.ofBits(segment, 5, 70, Kernels.best());
      for (int i = 0; i < trits.length; i++) {
        assertEquals(trits[i], product.get(i / 70, i % 70));
        assertEquals(trits[i], copied.get(i / 70, i % 70));
      }
    }
    trits[7] = 0;
    assertRefused("1 zeros", () -> BinaryProduct.of(TernaryMatrix.ofTrits(trits, 5, 70)));
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertRefused("72 bytes for 5 rows", () -> BinaryProduct.ofBits(new long[9], 5, 70));
    assertRefused("0x70", () -> BinaryProduct.ofBits(new long[0], 0, 70));
    long[] bits = new long[10];
    bits[3] = 1L << 6;
    assertRefused("row 1 of W is set behind column 69", () -> BinaryProduct.ofBits(bits, 5, 70));
    BinaryProduct product = BinaryProduct.ofBits(new long[10], 5, 70);
    int[] y = new int[10];
    long[] x = new long[4];
    assertRefused("dimension of 4", () -> product.distances(x, 0, 2, y, 0, 4));
    assertRefused("-1 rows", () -> product.distances(x, 0, -1, y, 0, 5));
    assertRefused("row 1 of X is set", () -> product.distances(bits, 0, 2, y, 0, 5));
    assertRefused("0 rows", () -> product.nearest(0));
    for (int wrong : new int[] {-1, 1}) {
      assertThrows(IndexOutOfBoundsException.class, () -> product.distances(x, wrong, 2, y, 0, 5));
      assertThrows(IndexOutOfBoundsException.class, () -> product.distances(x, 0, 2, y, wrong, 5));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> product.nearest(1).find(x, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> product.get(5, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> product.get(0, 70));
  }

  private static void assertRefused(String reason, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
