// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/**
 * A tensor known when the model is converted. A tensor of equal values, which a few bytes can make
 * of any size, holds the value once.
 *
 * <p>The arrays are shared, not copied; they must not change once handed over.
 */
final class Constant {
  /** What the elements are, as far as it matters: all integers are one type, all reals fp32. */
  enum Element {
    REAL,
    INTEGER,
    BOOLEAN
  }

  /** Extents and axes are a handful; a constant of one value may claim any length. */
  private static final int LONGEST_LIST = 1 << 16;

  private final Element element;
  private final DataType type;
  private final int[] dims;
  private final int count;
  private final float[] reals;
  private final long[] integers;

  private Constant(Element element, DataType type, int[] dims, float[] reals, long[] integers) {
    this.element = element;
    this.type = type;
    this.dims = dims;
    this.count = count(dims);
    this.reals = reals;
    this.integers = integers;
    int stored = stored();
    if (stored != count && stored != 1) {
      throw new IllegalArgumentException(stored + " values for " + extents(dims));
    }
  }

  /** fp32 numbers in row-major order, or one for all. */
  static Constant ofReals(int[] dims, float... values) {
    return new Constant(Element.REAL, DataType.FLOAT, dims, values, null);
  }

  /** Integers in row-major order, or one for all. */
  static Constant ofIntegers(int[] dims, long... values) {
    return new Constant(Element.INTEGER, DataType.INT64, dims, null, values);
  }

  /** A vector of integers, as shapes and axes are written. */
  static Constant ofVector(int... values) {
    return ofIntegers(new int[] {values.length}, IntStream.of(values).mapToLong(i -> i).toArray());
  }

  /** Truth values, 0 or 1. */
  static Constant ofBooleans(int[] dims, long... values) {
    return new Constant(Element.BOOLEAN, DataType.BOOL, dims, null, values);
  }

  /** The same elements under other extents of the same product. */
  Constant withDims(int... other) {
    if (count(other) != count) {
      throw new IllegalArgumentException(extents(dims) + " does not become " + extents(other));
    }
    return new Constant(element, type, other, reals, integers);
  }

  /** Many times the value of a constant that has one. */
  Constant repeated(int... other) {
    if (!isUniform()) {
      throw new IllegalStateException("not one value");
    }
    return new Constant(element, type, other, reals, integers);
  }

  /** The same elements of another type that has them all; its range is what quantizers keep to. */
  Constant typed(DataType other) {
    return new Constant(element, other, dims, reals, integers);
  }

  /** Elements of this one: those at {@code places}, or its one value. */
  Constant pick(int[] places, int... other) {
    if (isUniform()) {
      return repeated(other);
    }
    if (reals != null) {
      float[] picked = new float[places.length];
      for (int i = 0; i < picked.length; i++) {
        picked[i] = reals[places[i]];
      }
      return new Constant(element, type, other, picked, null);
    }
    long[] picked = new long[places.length];
    Arrays.setAll(picked, i -> integers[places[i]]);
    return new Constant(element, type, other, null, picked);
  }

  Element element() {
    return element;
  }

  /** The type as the file has it; FLOAT for all reals. */
  DataType type() {
    return type;
  }

  boolean isReal() {
    return element == Element.REAL;
  }

  int[] dims() {
    return dims;
  }

  int count() {
    return count;
  }

  /** Values held in memory. */
  int stored() {
    return reals == null ? integers.length : reals.length;
  }

  /** Whether all elements are one stored value. */
  boolean isUniform() {
    return stored() == 1;
  }

  float real(int index) {
    return reals == null ? integers[place(index)] : reals[place(index)];
  }

  /** An element that is an integer; of an fp32 number its integral part. */
  long integer(int index) {
    return integers == null ? (long) reals[place(index)] : integers[place(index)];
  }

  /** All elements as fp32: the array itself where it is one. */
  float[] toReals() {
    if (reals != null && reals.length == count) {
      return reals;
    }
    float[] all = new float[count];
    for (int i = 0; i < count; i++) {
      all[i] = real(i);
    }
    return all;
  }

  /** This, where it is no longer than a list of extents, axes or places may be. */
  Constant requireShort() {
    if (count > LONGEST_LIST) {
      throw new IllegalArgumentException(count + " numbers where a short list is needed");
    }
    return this;
  }

  /** All elements as ints, for extents and axes. */
  int[] toInts() {
    int[] all = new int[requireShort().count];
    for (int i = 0; i < count; i++) {
      all[i] = Math.toIntExact(integer(i));
    }
    return all;
  }

  boolean isAllZero() {
    for (int i = 0; i < stored(); i++) {
      if (real(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private int place(int index) {
    return isUniform() ? 0 : index;
  }

  /** Product of extents. */
  static int count(int[] dims) {
    long count = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("an extent of " + extents(dims) + " is negative");
      }
      count = Math.multiplyExact(count, dim);
    }
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(extents(dims) + " has more than 2^31 - 1 elements");
    }
    return (int) count;
  }

  /** Extents as messages show them. */
  static String extents(int[] dims) {
    return dims.length == 0
        ? "a scalar"
        : Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }
}
