// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

/** Checks that the forms share. */
final class Extents {
  /** Longest array that the JVM is sure to allocate. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private Extents() {}

  /** Checks that a matrix is not empty and has its bytes. */
  static void check(long bytes, long needed, int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("matrix " + rows + "x" + columns + " is empty");
    }
    if (bytes != needed) {
      throw new IllegalArgumentException(
          bytes + " bytes given, " + rows + "x" + columns + " needs " + needed);
    }
  }

  /** A count of elements that an array can hold. */
  static int arrayLength(long count) {
    if (count > LONGEST_ARRAY) {
      throw new IllegalArgumentException(count + " elements do not fit an array");
    }
    return (int) count;
  }
}
