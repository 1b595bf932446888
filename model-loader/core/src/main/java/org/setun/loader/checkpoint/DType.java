// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

/**
 * The element types of tensors in checkpoints.
 *
 * @since 0.1
 */
public enum DType {
  /** IEEE 754 single precision. */
  F32(Float.BYTES, true),
  /** IEEE 754 half precision. */
  F16(Short.BYTES, true),
  /** bfloat16: the upper half of a single-precision number. */
  BF16(Short.BYTES, true),
  /** IEEE 754 double precision. */
  F64(Double.BYTES, true),
  /** Signed 64-bit integer. */
  I64(Long.BYTES, false),
  /** Signed 32-bit integer. */
  I32(Integer.BYTES, false),
  /** Signed 16-bit integer. */
  I16(Short.BYTES, false),
  /** Signed 8-bit integer. */
  I8(Byte.BYTES, false),
  /** Unsigned 8-bit integer. */
  U8(Byte.BYTES, false),
  /** One byte a value: 0 is false, anything else is true. */
  BOOL(Byte.BYTES, false);

  private final int byteSize;
  private final boolean floating;

  DType(int byteSize, boolean floating) {
    this.byteSize = byteSize;
    this.floating = floating;
  }

  /**
   * The size of one element.
   *
   * @return bytes an element takes in the file
   */
  public int byteSize() {
    return byteSize;
  }

  /**
   * Whether elements are floating-point numbers.
   *
   * @return true for F16, BF16, F32 and F64
   */
  public boolean isFloating() {
    return floating;
  }
}
