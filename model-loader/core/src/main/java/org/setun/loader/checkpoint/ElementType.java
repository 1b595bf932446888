// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

/**
 * The element type of a storage as a pickle names it, readable or not.
 *
 * @param name torch's name, for messages
 * @param byteSize of one element, 0 if not known
 * @param dtype how it is read, null if it cannot be
 */
record ElementType(String name, int byteSize, DType dtype) {
  ElementType(DType dtype) {
    this(dtype.name(), dtype.byteSize(), dtype);
  }

  /** Why a tensor of a type that no tensor here has cannot be read. */
  static String unreadable(String name) {
    return "element type " + CheckpointException.quote(name);
  }

  /** The type of a {@code torch.dtype}, by its name in the module torch. */
  static ElementType ofTorch(String name) {
    DType dtype =
        switch (name) {
          case "float32", "float" -> DType.F32;
          case "float16", "half" -> DType.F16;
          case "bfloat16" -> DType.BF16;
          case "float64", "double" -> DType.F64;
          case "int64", "long" -> DType.I64;
          case "int32", "int" -> DType.I32;
          case "int16", "short" -> DType.I16;
          case "int8" -> DType.I8;
          case "uint8" -> DType.U8;
          case "bool" -> DType.BOOL;
          default -> null;
        };
    return dtype == null ? new ElementType(name, 0, null) : new ElementType(dtype);
  }
}
