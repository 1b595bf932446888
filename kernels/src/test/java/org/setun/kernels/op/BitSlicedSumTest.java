// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums of trits, lane by lane. */
class BitSlicedSumTest {
  private static final int[] LENGTHS = {0, 16, 32, 48, 112, 128, 144, 224, 240};
  private static final int[] PLANES = {10, 12, 16};

  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyFillAndLength(KernelSet set) {
    for (Fill fill : Fill.values()) {
      for (int length : LENGTHS) {
        for (int planes : PLANES) {
          new Case(set.bitSliced().sum(), fill, length, planes).check();
        }
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("sets")
  void onceCompiled(KernelSet set) {
    Case warm = new Case(set.bitSliced().sum(), Fill.RANDOM, 32, 12);
    for (int call = 0; call < 20_000; call++) {
      warm.add(call % 2 == 0);
    }
    everyFillAndLength(set);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void lanesFillBytes(KernelSet set) {
    BitSlicedSum sum = set.bitSliced().sum();
    assertEquals(sum.lanes(), 8 * sum.bytes());
    assertTrue(sum.name().startsWith("bit-sliced-"), sum.name());
  }

  /** Entries at offsets that no alignment explains, and counters that hold a sum already. */
  private static final class Case {
    private static final int ENTRIES = 23;
    private static final int TABLE_AT = 2;
    private static final int FROM = 3;
    private static final int AT = 5;
    private static final byte SENTINEL = 0x5E;

    private final SplittableRandom random;
    private final BitSlicedSum sum;
    private final int length;
    private final int planes;
    private final int ones;
    private final byte[] table;
    private final int[][] trits;
    private final char[] offsets;
    private final int[] list;
    private final int[] expected;
    private final byte[] counters;

    Case(BitSlicedSum sum, Fill fill, int length, int planes) {
      this.random = new SplittableRandom(1000 * length + planes);
      this.sum = sum;
      this.length = length;
      this.planes = planes;
      int entryBytes = sum.bytes() + 2;
      ones = ENTRIES * entryBytes + 6;
      table = new byte[TABLE_AT + ones + ENTRIES * entryBytes];
      random.nextBytes(table);
      trits = new int[ENTRIES][sum.lanes()];
      for (int e = 0; e < ENTRIES; e++) {
        for (int lane = 0; lane < sum.lanes(); lane++) {
          trits[e][lane] = fill.trit(random);
          int at = TABLE_AT + e * entryBytes;
          Bits.put(table, at, lane, trits[e][lane] == 1);
          Bits.put(table, at + ones, lane, trits[e][lane] == 0);
        }
      }
      offsets = new char[FROM + length + 2];
      list = new int[length];
      Arrays.fill(offsets, Character.MAX_VALUE);
      for (int i = 0; i < length; i++) {
        list[i] = random.nextInt(ENTRIES);
        offsets[FROM + i] = (char) (TABLE_AT + list[i] * entryBytes);
      }
      expected = new int[sum.lanes()];
      counters = new byte[AT + planes * sum.bytes() + 7];
    }

    void add(boolean fresh) {
      sum.add(table, ones, offsets, FROM, FROM + length, counters, AT, planes, fresh);
    }

    void check() {
      check(false);
      check(true);
    }

    private void check(boolean fresh) {
      Arrays.fill(counters, SENTINEL);
      int room = (1 << planes) - 2 * length;
      for (int lane = 0; lane < expected.length; lane++) {
        // The largest sum that leaves room comes first: its carries go through all planes.
        expected[lane] = lane == 0 ? room - 1 : random.nextInt(room);
        for (int p = 0; p < planes; p++) {
          Bits.put(counters, AT + p * sum.bytes(), lane, (expected[lane] >> p & 1) != 0);
        }
        expected[lane] = fresh ? 0 : expected[lane];
        for (int entry : list) {
          expected[lane] += trits[entry][lane] + 1;
        }
      }
      add(fresh);
      for (int lane = 0; lane < expected.length; lane++) {
        int actual = 0;
        for (int p = 0; p < planes; p++) {
          actual |= (Bits.get(counters, AT + p * sum.bytes(), lane) ? 1 : 0) << p;
        }
        assertEquals(
            expected[lane], actual, length + " entries, " + planes + " planes, lane " + lane);
      }
      for (int i = 0; i < counters.length; i++) {
        boolean outside = i < AT || i >= AT + planes * sum.bytes();
        assertTrue(!outside || counters[i] == SENTINEL, "byte " + i);
      }
    }
  }
}
