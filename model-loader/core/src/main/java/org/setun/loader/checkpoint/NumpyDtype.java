// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.nio.ByteOrder;

/** A {@code numpy.dtype}: its code, such as {@code f4}, and the byte order set after its making. */
final class NumpyDtype {
  private final String code;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  NumpyDtype(String code) {
    // Codes may begin with the order themselves.
    String plain = code;
    if (!code.isEmpty() && "<>|=".indexOf(code.charAt(0)) >= 0) {
      setOrder(code.substring(0, 1));
      plain = code.substring(1);
    }
    this.code = plain;
  }

  void setOrder(String sign) {
    order = sign.equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  ByteOrder order() {
    return order;
  }

  String code() {
    return code;
  }

  /** How elements are read, null for types that no tensor here has. */
  DType dtype() {
    return of(code);
  }

  /** The type of a code without byte order, null for types that no tensor here has. */
  static DType of(String code) {
    return switch (code) {
      case "f4" -> DType.F32;
      case "f2" -> DType.F16;
      case "f8" -> DType.F64;
      case "i8" -> DType.I64;
      case "i4" -> DType.I32;
      case "i2" -> DType.I16;
      case "i1" -> DType.I8;
      case "u1" -> DType.U8;
      case "b1" -> DType.BOOL;
      default -> null;
    };
  }
}
