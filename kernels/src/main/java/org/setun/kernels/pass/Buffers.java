// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.pass;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A session's memory for one image: fp32 values, and by name the arrays that one step leaves to
 * another, such as the trits of a convolution's input.
 */
public final class Buffers {
  private final Map<Value, float[]> values;
  private final Map<String, Object> arrays = new HashMap<>();
  private final int threads;
  private float[] image;
  private int imageOffset;

  /**
   * Allocates what is not a value; all of it is 0 at first.
   *
   * @param values memory of the values
   * @param need the other arrays
   * @param threads threads that share the session's work
   */
  public Buffers(Map<Value, float[]> values, Need need, int threads) {
    this.values = values;
    this.threads = threads;
    need.arrays.forEach((name, array) -> arrays.put(name, array.type.array(array.length)));
  }

  /** Memory of a value. */
  public float[] value(Value value) {
    return values.get(value);
  }

  /** An array of longs that {@link Need#longs} asked for. */
  public long[] longs(String name) {
    return (long[]) arrays.get(name);
  }

  /** As {@link #longs}. */
  public int[] ints(String name) {
    return (int[]) arrays.get(name);
  }

  /** As {@link #longs}. */
  public float[] floats(String name) {
    return (float[]) arrays.get(name);
  }

  /** As {@link #longs}. */
  public short[] shorts(String name) {
    return (short[]) arrays.get(name);
  }

  /** As {@link #longs}. */
  public char[] chars(String name) {
    return (char[]) arrays.get(name);
  }

  /** As {@link #longs}. */
  public byte[] bytes(String name) {
    return (byte[]) arrays.get(name);
  }

  /** Threads that share the session's work. */
  public int threads() {
    return threads;
  }

  /** Points to the image that the next run reads: NCHW in the caller's array. */
  public void image(float[] array, int offset) {
    image = array;
    imageOffset = offset;
  }

  /** The caller's array. */
  public float[] image() {
    return image;
  }

  /** Index of the image's first value in {@link #image()}. */
  public int imageOffset() {
    return imageOffset;
  }

  private record Extent(Primitive type, int length) {}

  /** The arrays of a session that are not values. */
  public static final class Need {
    private final Map<String, Extent> arrays = new LinkedHashMap<>();

    /** Both the step that writes an array and the one that reads it may ask for it. */
    private void add(String name, Primitive type, int length) {
      Extent known = arrays.put(name, new Extent(type, length));
      if (known != null && !known.equals(new Extent(type, length))) {
        throw new IllegalStateException("two arrays are named " + name);
      }
    }

    /** Asks for an array of {@code length} longs under a name that no other array has. */
    public void longs(String name, int length) {
      add(name, Primitive.LONG, length);
    }

    /** As {@link #longs}. */
    public void ints(String name, int length) {
      add(name, Primitive.INT, length);
    }

    /** As {@link #longs}. */
    public void floats(String name, int length) {
      add(name, Primitive.FLOAT, length);
    }

    /** As {@link #longs}. */
    public void shorts(String name, int length) {
      add(name, Primitive.SHORT, length);
    }

    /** As {@link #longs}. */
    public void chars(String name, int length) {
      add(name, Primitive.CHAR, length);
    }

    /** As {@link #longs}. */
    public void bytes(String name, int length) {
      add(name, Primitive.BYTE, length);
    }

    /** Bytes of a session's arrays. */
    public long bytes() {
      return arrays.values().stream().mapToLong(array -> array.type.bytes(array.length)).sum();
    }
  }
}
