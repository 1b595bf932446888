// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists of nonzero trits, channel by channel. */
class TritListsTest {
  private static final int[] STEPS = {1, 64, 128, 256, 1023};
  private static final char SENTINEL = 0x5EED;

  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyFillAndStep(KernelSet set) {
    SplittableRandom random = new SplittableRandom(8);
    for (Fill fill : Fill.values()) {
      for (int step : STEPS) {
        for (int minus : new int[] {1, 32, 128}) {
          int room = Character.MAX_VALUE - 63 * step - minus;
          for (int first : new int[] {0, room / 2, room}) {
            check(set.bitSliced().lists(), random, fill, first, step, minus);
          }
        }
      }
    }
    for (int channel = 0; channel < Long.SIZE; channel++) {
      check(set.bitSliced().lists(), 1L << channel, 0, 5, 7, 2);
      check(set.bitSliced().lists(), 1L << channel, -1, 5, 7, 2);
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("sets")
  void onceCompiled(KernelSet set) {
    SplittableRandom random = new SplittableRandom(9);
    char[] list = new char[Long.SIZE + TritLists.SLACK];
    for (int call = 0; call < 20_000; call++) {
      set.bitSliced().lists().append(random.nextLong(), random.nextLong(), 0, 256, 128, list, 0);
    }
    everyFillAndStep(set);
  }

  /** Signs of zeros stay anything. */
  private static void check(
      TritLists lists, SplittableRandom random, Fill fill, int first, int step, int minus) {
    long nonzero = 0;
    long sign = random.nextLong();
    for (int c = 0; c < Long.SIZE; c++) {
      int trit = fill.trit(random);
      if (trit != 0) {
        nonzero |= 1L << c;
        sign = sign & ~(1L << c) | (trit < 0 ? 1L << c : 0);
      }
    }
    check(lists, nonzero, sign, first, step, minus);
  }

  private static void check(
      TritLists lists, long nonzero, long sign, int first, int step, int minus) {
    int at = 3;
    char[] expected = new char[at + Long.SIZE + TritLists.SLACK + 4];
    Arrays.fill(expected, SENTINEL);
    char[] actual = expected.clone();
    int end = at;
    for (int eight = 0; eight < Long.SIZE; eight += 8) {
      for (int negative = 0; negative < 2; negative++) {
        for (int c = eight; c < eight + 8; c++) {
          if ((nonzero >>> c & 1) == 1 && (sign >>> c & 1) == negative) {
            expected[end++] = (char) (first + c * step + negative * minus);
          }
        }
      }
    }
    assertEquals(end, lists.append(nonzero, sign, first, step, minus, actual, at));
    Arrays.fill(actual, end, end + TritLists.SLACK, SENTINEL);
    int wrong = Arrays.mismatch(expected, actual);
    assertEquals(-1, wrong, "step " + step + ", first " + first + ": element " + wrong);
  }
}
