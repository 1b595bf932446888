// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static org.setun.kernels.vector.Species.SHORTS_OF_8;

import jdk.incubator.vector.ShortVector;
import org.setun.kernels.op.TritLists;

/**
 * Eight channels at a time: a table gives the positions of a byte's bits, all eight are stored, and
 * the index moves on by their number. No branch depends on the trits.
 */
final class VectorTritLists implements TritLists {
  /** For each byte the positions of its bits, in ascending order. */
  private static final short[] POSITIONS = new short[256 * 8];

  static {
    for (int bits = 0; bits < 256; bits++) {
      int found = 0;
      for (int position = 0; position < 8; position++) {
        if ((bits >> position & 1) != 0) {
          POSITIONS[bits * 8 + found++] = (short) position;
        }
      }
    }
  }

  @Override
  public int append(long nonzero, long sign, int first, int step, int minus, char[] list, int at) {
    long plus = nonzero & ~sign;
    long less = nonzero & sign;
    short factor = (short) step;
    int end = at;
    for (int c = 0; c < Long.SIZE; c += 8) {
      int base = first + c * step;
      int of = (int) (plus >>> c) & 0xff;
      ShortVector.fromArray(SHORTS_OF_8, POSITIONS, of * 8)
          .mul(factor)
          .add((short) base)
          .intoCharArray(list, end);
      end += Integer.bitCount(of);
      of = (int) (less >>> c) & 0xff;
      ShortVector.fromArray(SHORTS_OF_8, POSITIONS, of * 8)
          .mul(factor)
          .add((short) (base + minus))
          .intoCharArray(list, end);
      end += Integer.bitCount(of);
    }
    return end;
  }
}
