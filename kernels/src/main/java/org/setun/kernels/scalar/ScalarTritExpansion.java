package org.setun.kernels.scalar;

import org.setun.kernels.op.TritExpansion;

/** Bit by bit. */
public final class ScalarTritExpansion implements TritExpansion {
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
        for (int bit = 0; bit < planeBytes * Byte.SIZE; bit++) {
          boolean inside = bit % rowBits + shifts[tap] < rowBits;
          boolean plus = inside && bit(map, source, bit + shifts[tap]);
          boolean set = inside && bit(map, source + nonzero, bit + shifts[tap]);
          put(table, entry, bit, plus);
          put(table, entry + planeBytes, bit, !set);
          put(table, entry + 2 * planeBytes, bit, set && !plus);
          put(table, entry + 3 * planeBytes, bit, !set);
        }
      }
    }
  }

  private static boolean bit(byte[] bytes, int from, int index) {
    return (bytes[from + index / Byte.SIZE] >> index % Byte.SIZE & 1) != 0;
  }

  private static void put(byte[] bytes, int from, int index, boolean value) {
    int mask = 1 << index % Byte.SIZE;
    int at = from + index / Byte.SIZE;
    bytes[at] = (byte) (value ? bytes[at] | mask : bytes[at] & ~mask);
  }
}
