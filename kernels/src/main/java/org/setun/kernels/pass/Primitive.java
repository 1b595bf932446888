// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.pass;

/** Element types of working memory. */
enum Primitive {
  LONG(Long.BYTES),
  INT(Integer.BYTES),
  FLOAT(Float.BYTES),
  SHORT(Short.BYTES),
  CHAR(Character.BYTES),
  BYTE(Byte.BYTES);

  private final int bytes;

  Primitive(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an array. */
  long bytes(int length) {
    return (long) bytes * length;
  }

  Object array(int length) {
    return switch (this) {
      case LONG -> new long[length];
      case INT -> new int[length];
      case FLOAT -> new float[length];
      case SHORT -> new short[length];
      case CHAR -> new char[length];
      case BYTE -> new byte[length];
    };
  }
}
