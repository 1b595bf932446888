// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counters that become integers, in both orders. */
class BitSlicedCountsTest {
  private static final int[] BIASES = {0, 1, 16, 2047, BitSlicedCounts.MOST_ENTRIES};
  private static final int AT = 5;
  private static final int TO = 3;
  private static final int SENTINEL = 0x5EED;

  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyPlaneAndLane(KernelSet set) {
    SplittableRandom random = new SplittableRandom(12);
    for (int planes : new int[] {12, 16}) {
      int most = (1 << planes) - 1;
      check(set, planes, lane -> 0);
      check(set, planes, lane -> most);
      check(set, planes, lane -> random.nextInt(most + 1));
      for (int plane = 0; plane < planes; plane++) {
        int only = plane;
        check(set, planes, lane -> lane % 3 == 0 ? 1 << only : 0);
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("sets")
  void onceCompiled(KernelSet set) {
    int lanes = set.bitSliced().sum().lanes();
    BitSlicedCounts counts = set.bitSliced().counts();
    byte[] counters = new byte[16 * lanes / 8];
    byte[] work = new byte[BitSlicedCounts.workBytes(lanes)];
    int[] out = new int[lanes];
    for (int call = 0; call < 12_000; call++) {
      int planes = call % 2 == 0 ? 12 : 16;
      counts.inOrder(counters, 0, planes, 1, work, out, 0);
      counts.interleaved(counters, 0, planes, 1, work, out, 0);
    }
    everyPlaneAndLane(set);
  }

  private static void check(KernelSet set, int planes, IntUnaryOperator sums) {
    int lanes = set.bitSliced().sum().lanes();
    int bytes = lanes / 8;
    int[] counts = IntStream.range(0, lanes).map(sums).toArray();
    byte[] counters = new byte[AT + planes * bytes + 9];
    Arrays.fill(counters, (byte) -1);
    for (int lane = 0; lane < lanes; lane++) {
      for (int p = 0; p < planes; p++) {
        Bits.put(counters, AT + p * bytes, lane, (counts[lane] >> p & 1) != 0);
      }
    }
    for (int bias : BIASES) {
      int[] inOrder = new int[TO + lanes + 9];
      Arrays.fill(inOrder, SENTINEL);
      int[] interleaved = inOrder.clone();
      int[] actual = inOrder.clone();
      for (int lane = 0; lane < lanes; lane++) {
        inOrder[TO + lane] = counts[lane] - bias;
        interleaved[TO + lanes / 8 * (lane % 8) + lane / 8] = counts[lane] - bias;
      }
      byte[] work = new byte[BitSlicedCounts.workBytes(lanes)];
      Arrays.fill(work, (byte) 0x5E);
      BitSlicedCounts kernel = set.bitSliced().counts();
      kernel.inOrder(counters, AT, planes, bias, work, actual, TO);
      assertArrayEquals(inOrder, actual, planes + " planes in order, bias " + bias);
      Arrays.fill(actual, SENTINEL);
      kernel.interleaved(counters, AT, planes, bias, work, actual, TO);
      assertArrayEquals(interleaved, actual, planes + " planes interleaved, bias " + bias);
    }
  }

  @Test
  void planesHoldTheHighestSum() {
    assertEquals(12, BitSlicedCounts.planes(2047));
    assertEquals(16, BitSlicedCounts.planes(2048));
    assertEquals(16, BitSlicedCounts.planes(BitSlicedCounts.MOST_ENTRIES));
  }

  @Test
  void lanesOfInterleavedElements() {
    assertEquals(0, BitSlicedCounts.interleavedLane(0, 64));
    assertEquals(8, BitSlicedCounts.interleavedLane(1, 64));
    assertEquals(1, BitSlicedCounts.interleavedLane(8, 64));
    assertEquals(511, BitSlicedCounts.interleavedLane(511, 512));
  }
}
