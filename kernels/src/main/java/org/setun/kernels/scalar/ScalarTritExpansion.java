// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.setun.kernels.op.TritExpansion;

/** 64 bits at a time, which are one row or several. */
public final class ScalarTritExpansion implements TritExpansion {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  @Override
  public void expand(
      byte[] map,
      int from,
      int channelBytes,
      int nonzero,
      int channels,
      int[] starts,
      int[] shifts,
      int rowBits,
      int planeBytes,
      byte[] table) {
    for (int c = 0; c < channels; c++) {
      for (int tap = 0; tap < starts.length; tap++) {
        int source = from + c * channelBytes + starts[tap];
        int entry = (c * starts.length + tap) * PLANES * planeBytes;
        int shift = shifts[tap];
        long inside = inside(rowBits, shift);
        for (int at = 0; at < planeBytes; at += Long.BYTES) {
          long plus = (long) LONGS.get(map, source + at) >>> shift & inside;
          long set = (long) LONGS.get(map, source + nonzero + at) >>> shift & inside;
          LONGS.set(table, entry + at, plus);
          LONGS.set(table, entry + planeBytes + at, ~set);
          LONGS.set(table, entry + 2 * planeBytes + at, set & ~plus);
          LONGS.set(table, entry + 3 * planeBytes + at, ~set);
        }
      }
    }
  }

  /** Bits that a shifted row still has, for every row of a word. */
  private static long inside(int rowBits, int shift) {
    long row = -1L >>> Long.SIZE - rowBits + shift;
    for (int bits = rowBits; bits < Long.SIZE; bits *= 2) {
      row |= row << bits;
    }
    return row;
  }
}
