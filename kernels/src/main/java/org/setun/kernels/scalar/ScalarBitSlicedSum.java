// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.setun.kernels.op.BitSlicedSum;

/**
 * 64 lanes at a time, each entry carried through the nine planes that {@link #LONGEST} entries can
 * reach.
 */
public class ScalarBitSlicedSum implements BitSlicedSum {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Planes of a sum of {@link #LONGEST} entries of at most 2. */
  private static final int SUM_PLANES = 9;

  private final String name;
  private final int lanes;

  /** Of 64 lanes. */
  public ScalarBitSlicedSum() {
    this("bit-sliced-scalar", Long.SIZE);
  }

  private ScalarBitSlicedSum(String name, int lanes) {
    this.name = name;
    this.lanes = lanes;
  }

  /** In the place of another kernel. */
  ScalarBitSlicedSum(BitSlicedSum sum) {
    this(sum.name(), sum.lanes());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int lanes() {
    return lanes;
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
    for (int word = 0; word < bytes(); word += Long.BYTES) {
      addWord(table, ones, offsets, from, end, counters, at, planes, word);
    }
  }

  private void addWord(
      byte[] table,
      int ones,
      char[] offsets,
      int from,
      int end,
      byte[] counters,
      int at,
      int planes,
      int word) {
    long p0 = 0;
    long p1 = 0;
    long p2 = 0;
    long p3 = 0;
    long p4 = 0;
    long p5 = 0;
    long p6 = 0;
    long p7 = 0;
    long p8 = 0;
    for (int i = from; i < end; i++) {
      int entry = offsets[i] + word;
      long one = (long) LONGS.get(table, entry + ones);
      // The planes of an entry exclude each other, so there is no carry where twos come in.
      long carry = p0 & one | (long) LONGS.get(table, entry);
      p0 ^= one;
      long next = p1 & carry;
      p1 ^= carry;
      carry = p2 & next;
      p2 ^= next;
      next = p3 & carry;
      p3 ^= carry;
      carry = p4 & next;
      p4 ^= next;
      next = p5 & carry;
      p5 ^= carry;
      carry = p6 & next;
      p6 ^= next;
      next = p7 & carry;
      p7 ^= carry;
      p8 ^= next;
    }
    int to = at + word;
    long carry = addPlane(counters, to, 0, p0, 0);
    carry = addPlane(counters, to, 1, p1, carry);
    carry = addPlane(counters, to, 2, p2, carry);
    carry = addPlane(counters, to, 3, p3, carry);
    carry = addPlane(counters, to, 4, p4, carry);
    carry = addPlane(counters, to, 5, p5, carry);
    carry = addPlane(counters, to, 6, p6, carry);
    carry = addPlane(counters, to, 7, p7, carry);
    carry = addPlane(counters, to, 8, p8, carry);
    for (int p = SUM_PLANES; p < planes; p++) {
      carry = addPlane(counters, to, p, 0, carry);
    }
  }

  /** Adds two bits a lane to a plane; returns what they carry. */
  private long addPlane(byte[] counters, int at, int plane, long bits, long carry) {
    int index = at + plane * bytes();
    long counter = (long) LONGS.get(counters, index);
    LONGS.set(counters, index, counter ^ bits ^ carry);
    return counter & bits | carry & (counter | bits);
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
