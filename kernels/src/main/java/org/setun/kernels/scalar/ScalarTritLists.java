// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.TritLists;

/** Bit by bit. */
public final class ScalarTritLists implements TritLists {
  @Override
  public int append(long nonzero, long sign, int first, int step, int minus, char[] list, int at) {
    int end = at;
    for (int byteOf = 0; byteOf < Long.BYTES; byteOf++) {
      long eight = 0xffL << byteOf * Byte.SIZE;
      for (long left = nonzero & ~sign & eight; left != 0; left &= left - 1) {
        list[end++] = (char) (first + Long.numberOfTrailingZeros(left) * step);
      }
      for (long left = nonzero & sign & eight; left != 0; left &= left - 1) {
        list[end++] = (char) (first + Long.numberOfTrailingZeros(left) * step + minus);
      }
    }
    return end;
  }
}
