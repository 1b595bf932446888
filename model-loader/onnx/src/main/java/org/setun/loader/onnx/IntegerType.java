// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Optional;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/**
 * Range of one of ONNX's integer types.
 *
 * @param least its least number
 * @param most its largest number; that of UINT64 is cut to a long's
 */
record IntegerType(long least, long most) {
  /** The range of a type, where it is one of integers. */
  static Optional<IntegerType> find(DataType type) {
    return switch (type) {
      case INT4 -> Optional.of(signed(4));
      case INT8 -> Optional.of(signed(8));
      case INT16 -> Optional.of(signed(16));
      case INT32 -> Optional.of(signed(32));
      case INT64 -> Optional.of(signed(64));
      case UINT4 -> Optional.of(unsigned(4));
      case UINT8 -> Optional.of(unsigned(8));
      case UINT16 -> Optional.of(unsigned(16));
      case UINT32 -> Optional.of(unsigned(32));
      case UINT64 -> Optional.of(unsigned(63));
      default -> Optional.empty();
    };
  }

  /** The range of a type of integers. */
  static IntegerType of(DataType type) {
    return find(type)
        .orElseThrow(() -> new IllegalArgumentException(type + " is no type of integers"));
  }

  /** A number as the type's bits hold it: what does not fit turns around. */
  long wrap(long number) {
    if (least <= number && number <= most) {
      return number;
    }
    long span = most - least + 1;
    return span <= 0 ? number : least + Math.floorMod(number - least, span);
  }

  private static IntegerType signed(int bits) {
    return new IntegerType(-1L << (bits - 1), ~(-1L << (bits - 1)));
  }

  private static IntegerType unsigned(int bits) {
    return new IntegerType(0, ~(-1L << bits));
  }
}
