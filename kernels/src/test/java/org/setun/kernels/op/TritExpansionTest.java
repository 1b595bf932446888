// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables of shifted rows, bit by bit. */
class TritExpansionTest {
  private static final int[] ROW_BITS = {16, 32, 64};

  /** Bytes of a plane beyond those of a vector: none, and the last vector overlaps. */
  private static final int[] MORE_BYTES = {0, 8, 24, 56, 64};

  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyRowAndPlane(KernelSet set) {
    for (Fill fill : Fill.values()) {
      for (int rowBits : ROW_BITS) {
        for (int more : MORE_BYTES) {
          for (int channels = 1; channels <= 3; channels++) {
            new Case(set, fill, rowBits, set.bitSliced().sum().bytes() + more, channels).check();
          }
        }
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("sets")
  void onceCompiled(KernelSet set) {
    int planeBytes = set.bitSliced().sum().bytes() + 8;
    int calls = set.bitSliced().sum().lanes() > Long.SIZE ? 4_000 : 400;
    for (int rowBits : ROW_BITS) {
      Case warm = new Case(set, Fill.RANDOM, rowBits, planeBytes, 2);
      for (int call = 0; call < calls; call++) {
        warm.expand();
      }
    }
    everyRowAndPlane(set);
  }

  /** A map whose channels lie apart, with one tap for each of several shifts. */
  private static final class Case {
    private static final int FROM = 6;
    private static final int GAP = 10;

    private final TritExpansion expansion;
    private final int rowBits;
    private final int planeBytes;
    private final int mapPlane;
    private final int[] starts;
    private final int[] shifts;
    private final int[][] trits;
    private final byte[] map;
    private final byte[] table;

    Case(KernelSet set, Fill fill, int rowBits, int planeBytes, int channels) {
      SplittableRandom random = new SplittableRandom(rowBits + planeBytes);
      this.expansion = set.bitSliced().expansion();
      this.rowBits = rowBits;
      this.planeBytes = planeBytes;
      int rowBytes = rowBits / 8;
      shifts = new int[] {0, 1, 2, 7, 8, rowBits / 2, rowBits - 1, 0};
      starts = new int[] {0, 0, rowBytes, 2 * rowBytes, 0, 3 * rowBytes, rowBytes, 3 * rowBytes};
      mapPlane = planeBytes + 3 * rowBytes;
      trits = new int[channels][mapPlane * 8];
      map = new byte[FROM + channels * channelBytes()];
      random.nextBytes(map);
      for (int c = 0; c < channels; c++) {
        int from = FROM + c * channelBytes();
        for (int bit = 0; bit < mapPlane * 8; bit++) {
          int trit = fill.trit(random);
          trits[c][bit] = trit;
          Bits.put(map, from, bit, trit == 1);
          Bits.put(map, from + mapPlane + 2, bit, trit != 0);
        }
      }
      table = new byte[channels * starts.length * TritExpansion.PLANES * planeBytes + 3];
    }

    private int channelBytes() {
      return 2 * mapPlane + GAP;
    }

    void expand() {
      expansion.expand(
          map,
          FROM,
          channelBytes(),
          mapPlane + 2,
          trits.length,
          starts,
          shifts,
          rowBits,
          planeBytes,
          table);
    }

    void check() {
      Arrays.fill(table, (byte) 0x5E);
      byte[] expected = table.clone();
      int at = 0;
      for (int[] channel : trits) {
        for (int tap = 0; tap < starts.length; tap++) {
          for (int bit = 0; bit < planeBytes * 8; bit++) {
            boolean inside = bit % rowBits + shifts[tap] < rowBits;
            int trit = inside ? channel[starts[tap] * 8 + bit + shifts[tap]] : 0;
            Bits.put(expected, at, bit, trit == 1);
            Bits.put(expected, at + planeBytes, bit, trit == 0);
            Bits.put(expected, at + 2 * planeBytes, bit, trit == -1);
            Bits.put(expected, at + 3 * planeBytes, bit, trit == 0);
          }
          at += 4 * planeBytes;
        }
      }
      expand();
      int wrong = Arrays.mismatch(expected, table);
      String what = rowBits + " bits a row, planes of " + planeBytes + " bytes: byte ";
      assertEquals(-1, wrong, what + wrong);
    }
  }
}
