// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.pass;

import java.util.Arrays;

/**
 * Working memory of one thread: for each primitive type, arrays that are told apart by a small
 * index. All operations of a plan share them, so an array is as long as the longest that any of
 * them asks for under its type and index. Contents do not survive a chunk.
 *
 * <p>An operation asks in {@link Operation#scratch}, as in {@code need.bytes(0, n)}, and fetches
 * {@code scratch.bytes(0)} once at the start of a chunk, into a local variable.
 */
public final class Scratch {
  private final Object[][] arrays;

  /** Allocates. */
  public Scratch(Need need) {
    arrays = new Object[need.lengths.length][];
    for (Primitive type : Primitive.values()) {
      arrays[type.ordinal()] =
          Arrays.stream(need.lengths[type.ordinal()]).mapToObj(type::array).toArray();
    }
  }

  private Object array(Primitive type, int index) {
    return arrays[type.ordinal()][index];
  }

  /** An array of longs that some operation asked for under this index. */
  public long[] longs(int index) {
    return (long[]) array(Primitive.LONG, index);
  }

  /** As {@link #longs}. */
  public int[] ints(int index) {
    return (int[]) array(Primitive.INT, index);
  }

  /** As {@link #longs}. */
  public float[] floats(int index) {
    return (float[]) array(Primitive.FLOAT, index);
  }

  /** As {@link #longs}. */
  public short[] shorts(int index) {
    return (short[]) array(Primitive.SHORT, index);
  }

  /** As {@link #longs}. */
  public char[] chars(int index) {
    return (char[]) array(Primitive.CHAR, index);
  }

  /** As {@link #longs}. */
  public byte[] bytes(int index) {
    return (byte[]) array(Primitive.BYTE, index);
  }

  /** The greatest lengths that any operation asks for. */
  public static final class Need {
    private final int[][] lengths = new int[Primitive.values().length][0];

    private void add(Primitive type, int index, int length) {
      int[] known = lengths[type.ordinal()];
      if (index >= known.length) {
        known = Arrays.copyOf(known, index + 1);
        lengths[type.ordinal()] = known;
      }
      known[index] = Math.max(known[index], length);
    }

    /** Asks for an array of {@code length} longs under an index from 0 on. */
    public void longs(int index, int length) {
      add(Primitive.LONG, index, length);
    }

    /** As {@link #longs}. */
    public void ints(int index, int length) {
      add(Primitive.INT, index, length);
    }

    /** As {@link #longs}. */
    public void floats(int index, int length) {
      add(Primitive.FLOAT, index, length);
    }

    /** As {@link #longs}. */
    public void shorts(int index, int length) {
      add(Primitive.SHORT, index, length);
    }

    /** As {@link #longs}. */
    public void chars(int index, int length) {
      add(Primitive.CHAR, index, length);
    }

    /** As {@link #longs}. */
    public void bytes(int index, int length) {
      add(Primitive.BYTE, index, length);
    }

    /** Bytes of one thread's memory. */
    public long bytes() {
      long bytes = 0;
      for (Primitive type : Primitive.values()) {
        for (int length : lengths[type.ordinal()]) {
          bytes += type.bytes(length);
        }
      }
      return bytes;
    }
  }
}
