// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/** Single bits of arrays of bytes, the lowest first. */
final class Bits {
  private Bits() {}

  /** Bit {@code index} behind byte {@code from}. */
  static boolean get(byte[] bytes, int from, int index) {
    return (bytes[from + index / 8] >> index % 8 & 1) != 0;
  }

  /** Sets or clears a bit. */
  static void put(byte[] bytes, int from, int index, boolean value) {
    int mask = 1 << index % 8;
    int rest = bytes[from + index / 8] & ~mask;
    bytes[from + index / 8] = (byte) (value ? rest | mask : rest);
  }
}
