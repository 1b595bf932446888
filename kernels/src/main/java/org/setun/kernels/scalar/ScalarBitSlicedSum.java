package org.setun.kernels.scalar;

import java.util.Arrays;
import org.setun.kernels.op.BitSlicedSum;

/** Byte by byte, each entry carried through all planes. */
public final class ScalarBitSlicedSum implements BitSlicedSum {
  @Override
  public String name() {
    return "bit-sliced-scalar";
  }

  @Override
  public int lanes() {
    return Long.SIZE;
  }

  @Override
  public void add(
      byte[] table,
      int ones,
      char[] offsets,
      int from,
      int end,
      byte[] counters,
      int at,
      int planes,
      boolean fresh) {
    if (fresh) {
      Arrays.fill(counters, at, at + planes * bytes(), (byte) 0);
    }
    for (int i = from; i < end; i++) {
      add(table, offsets[i], offsets[i] + ones, bytes(), counters, at, planes);
    }
  }

  /** Adds an entry of {@code bytes} bytes a plane. */
  static void add(
      byte[] table, int twosAt, int onesAt, int bytes, byte[] counters, int at, int planes) {
    for (int b = 0; b < bytes; b++) {
      int carry = table[onesAt + b];
      int twos = table[twosAt + b];
      for (int p = 0; p < planes; p++) {
        int index = at + p * bytes + b;
        int plane = counters[index];
        counters[index] = (byte) (plane ^ carry);
        // The planes of an entry exclude each other, so there is no carry where twos come in.
        carry = plane & carry | (p == 0 ? twos : 0);
      }
    }
  }
}
