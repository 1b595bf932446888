// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TernaryKernelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 127, 128, 130})
  void tritsComeBack(int channels) {
    byte[] trits = RandomValues.trits(new SplittableRandom(channels), 3 * channels * 2 * 5);
    TernaryKernel kernel = TernaryKernel.ofTrits(trits, 3, channels, 2, 5);
    int zeros = 0;
    for (int i = 0; i < trits.length; i++) {
      assertEquals(trits[i], kernel.trit(i / 10 / channels, i / 10 % channels, i / 5 % 2, i % 5));
      zeros += trits[i] == 0 ? 1 : 0;
    }
    assertEquals(zeros, kernel.zeroCount());
    assertEquals(trits.length, kernel.tritCount());
    assertEquals(10 * ((channels + 63) / 64), kernel.wordsPerOutput());
    assertEquals(3 * kernel.wordsPerOutput(), kernel.nonzeroPlane().length);
  }

  @Test
  void planesComeBack() {
    TernaryKernel kernel = RandomValues.kernel(new SplittableRandom(3), 4, 70, 3, 3);
    long[] nonzero = kernel.nonzeroPlane();
    long[] sign = kernel.signPlane();
    TernaryKernel copy = TernaryKernel.ofPlanes(nonzero, sign, 4, 70, 3, 3);
    assertArrayEquals(nonzero, copy.nonzeroPlane());
    assertArrayEquals(sign, copy.signPlane());
    assertEquals(sign[5], copy.signWord(5));
    nonzero[0] = 0;
    assertEquals(kernel.nonzeroWord(0), copy.nonzeroWord(0), "the planes are copies");
  }

  /** Word ((o·2 + ky)·1 + kx)·2 + w, lowest channel in the lowest bit. */
  @Test
  void layoutOfThePlanes() {
    byte[] trits = new byte[2 * 66 * 2];
    trits[(66 + 65) * 2 + 1] = -1; // output 1, channel 65, row 1
    TernaryKernel kernel = TernaryKernel.ofTrits(trits, 2, 66, 2, 1);
    assertArrayEquals(new long[] {0, 0, 0, 0, 0, 0, 0, 2}, kernel.nonzeroPlane());
    assertArrayEquals(new long[] {0, 0, 0, 0, 0, 0, 0, 2}, kernel.signPlane());
  }

  @Test
  void partsHoldOneSignEach() {
    TernaryKernel kernel = RandomValues.kernel(new SplittableRandom(4), 3, 70, 2, 1);
    TernaryKernel plus = kernel.plusPart();
    TernaryKernel minus = kernel.minusPart();
    for (int i = 0; i < 3 * 70 * 2; i++) {
      int trit = kernel.trit(i / 140, i / 2 % 70, i % 2, 0);
      assertEquals(Math.max(trit, 0), plus.trit(i / 140, i / 2 % 70, i % 2, 0));
      assertEquals(Math.min(trit, 0), minus.trit(i / 140, i / 2 % 70, i % 2, 0));
    }
  }

  @Test
  void valuesThatAreNotTrits() {
    assertMessage("value 2 at index 1", () -> TernaryKernel.ofTrits(new byte[] {1, 2}, 1, 2, 1, 1));
    assertMessage("value -2", () -> TernaryKernel.ofTrits(new byte[] {-2}, 1, 1, 1, 1));
  }

  @Test
  void extentsThatDoNotFit() {
    assertMessage("3 trits", () -> TernaryKernel.ofTrits(new byte[3], 1, 2, 1, 1));
    assertMessage("is empty", () -> TernaryKernel.ofTrits(new byte[0], 0, 1, 1, 1));
    assertMessage("is empty", () -> TernaryKernel.ofTrits(new byte[0], 1, 1, -1, 1));
    assertMessage("too large", () -> TernaryKernel.ofTrits(new byte[0], 1 << 30, 64, 3, 3));
    assertMessage("too large", TernaryKernelTest::huge);
    assertMessage(
        "1 and 2 words", () -> TernaryKernel.ofPlanes(new long[1], new long[2], 1, 1, 1, 1));
  }

  private static void huge() {
    int most = Integer.MAX_VALUE;
    TernaryKernel.ofTrits(new byte[0], most, most, most, most);
  }

  @Test
  void bitsWhereNoTritIs() {
    assertMessage("word 0", () -> TernaryKernel.ofPlanes(bits(2), bits(0), 1, 1, 1, 1));
    assertMessage("word 0", () -> TernaryKernel.ofPlanes(bits(1), bits(3), 1, 2, 1, 1));
    assertMessage("word 1", () -> TernaryKernel.ofPlanes(bits(1, 4), bits(0, 0), 1, 66, 1, 1));
  }

  private static long[] bits(long... words) {
    return words;
  }

  @Test
  void indicesOutside() {
    TernaryKernel kernel = TernaryKernel.ofTrits(new byte[4], 1, 4, 1, 1);
    assertThrows(IndexOutOfBoundsException.class, () -> kernel.trit(0, 4, 0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> kernel.trit(1, 0, 0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> kernel.trit(0, 0, -1, 0));
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
