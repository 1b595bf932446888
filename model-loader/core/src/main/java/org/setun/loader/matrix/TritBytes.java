// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

/**
 * Bytes that hold several trits each, read and written by a table of 256 rows.
 *
 * <p>Both forms store trits in the same order: of a run of n bytes, the first trits of all bytes
 * are elements 0 … n - 1, the second trits elements n … 2 n - 1, and so on. So a vector of bytes
 * becomes vectors of neighbouring elements by the same shift.
 */
enum TritBytes {
  /** Two bits a trit, trit + 1, the first in the lowest bits. The code 3 is none. */
  TWO_BITS(4) {
    @Override
    int trit(int value, int index) {
      return (value >> 2 * index & 3) - 1;
    }

    @Override
    int encode(int[] digits) {
      int value = 0;
      for (int i = 0; i < digits.length; i++) {
        value |= digits[i] << 2 * i;
      }
      return value;
    }
  },

  /**
   * Five digits of base 3, trit + 1, the first the most significant, as a fraction of 3^5 = 243
   * that is scaled to 256 and rounded up: multiplied by 3, a byte's carry is its next digit.
   */
  BASE_3(5) {
    @Override
    int trit(int value, int index) {
      int fraction = value;
      for (int i = 0; i < index; i++) {
        fraction = fraction * 3 & 0xFF;
      }
      return (fraction * 3 >> 8) - 1;
    }

    @Override
    int encode(int[] digits) {
      int value = 0;
      for (int digit : digits) {
        value = value * 3 + digit;
      }
      return Math.ceilDiv(value << 8, 243);
    }
  };

  private static final int NO_TRIT = 2;

  private final int perByte;

  /** Trit i of a byte b, or {@link #NO_TRIT}, at index b * perByte + i. */
  private final byte[] table;

  TritBytes(int perByte) {
    this.perByte = perByte;
    this.table = new byte[256 * perByte];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) trit(i / perByte, i % perByte);
    }
  }

  /** The trit at an index of a byte, by the description. */
  abstract int trit(int value, int index);

  /** The byte of as many digits 0, 1, 2 as a byte holds, by the description. */
  abstract int encode(int[] digits);

  /**
   * Unpacks a run of bytes.
   *
   * @param used trits of a byte that are elements; the others are ignored
   * @param trits takes {@code used * length} elements from {@code at} on
   * @throws IllegalArgumentException if a code is no trit
   */
  void unpack(byte[] bytes, int from, int length, int used, byte[] trits, int at) {
    for (int i = 0; i < used; i++) {
      for (int m = 0; m < length; m++) {
        byte trit = table[Byte.toUnsignedInt(bytes[from + m]) * perByte + i];
        if (trit == NO_TRIT) {
          throw new IllegalArgumentException(
              "byte " + (from + m) + " has the code 3, which is no trit");
        }
        trits[at + i * length + m] = trit;
      }
    }
  }

  /** Packs what {@link #unpack} unpacks; trits that are not used become the digit 0. */
  void pack(byte[] trits, int at, int length, int used, byte[] bytes, int from) {
    int[] digits = new int[perByte];
    for (int m = 0; m < length; m++) {
      for (int i = 0; i < used; i++) {
        digits[i] = trits[at + i * length + m] + 1;
      }
      bytes[from + m] = (byte) encode(digits);
    }
  }
}
