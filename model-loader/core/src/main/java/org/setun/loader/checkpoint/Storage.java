// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A run of equal elements in a mapped file; several tensors may be views of one storage.
 *
 * @param file the mapped file the bytes belong to
 * @param bytes the elements, possibly unaligned, exactly as many bytes as the storage has
 * @param dtype the element type
 * @param order the byte order of an element
 */
record Storage(MappedFile file, MemorySegment bytes, DType dtype, ByteOrder order) {
  // Constants, because an access through a layout that C2 cannot see as one is many times slower;
  // big-endian files are rare enough to be swapped after the load.
  private static final ValueLayout.OfShort LE_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt LE_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat LE_FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Number of elements. */
  long size() {
    return bytes.byteSize() / dtype.byteSize();
  }

  /** Reads {@code count} elements, {@code stride} apart, from element {@code first} on. */
  void readFloats(long first, long stride, float[] out, int at, int count) {
    if (dtype == DType.F32 && stride == 1 && order == ByteOrder.LITTLE_ENDIAN) {
      MemorySegment.copy(bytes, LE_FLOAT, first * Float.BYTES, out, at, count);
      return;
    }
    int end = at + count;
    long index = first;
    for (int i = at; i < end; i++, index += stride) {
      out[i] =
          switch (dtype) {
            case F32 -> Float.intBitsToFloat(int32(index));
            case F16 -> Float.float16ToFloat(int16(index));
            case BF16 -> Float.intBitsToFloat(int16(index) << Short.SIZE);
            case F64 -> (float) Double.longBitsToDouble(int64(index));
            case I64, I32, I16, I8, U8, BOOL -> integer(index);
          };
    }
  }

  /** As {@link #readFloats}, for storages of one byte an element. */
  void readBytes(long first, long stride, byte[] out, int at, int count) {
    int end = at + count;
    long index = first;
    for (int i = at; i < end; i++, index += stride) {
      out[i] = int8(index);
    }
  }

  /** As {@link #readFloats}, for integer and boolean storages. */
  void readLongs(long first, long stride, long[] out, int at, int count) {
    int end = at + count;
    long index = first;
    for (int i = at; i < end; i++, index += stride) {
      out[i] = integer(index);
    }
  }

  private long integer(long index) {
    return switch (dtype) {
      case I64 -> int64(index);
      case I32 -> int32(index);
      case I16 -> int16(index);
      case I8 -> int8(index);
      case U8 -> int8(index) & 0xFF;
      case BOOL -> int8(index) == 0 ? 0 : 1;
      case F32, F16, BF16, F64 -> throw new IllegalStateException(dtype + " is no integer type");
    };
  }

  private byte int8(long index) {
    return bytes.get(ValueLayout.JAVA_BYTE, index);
  }

  private short int16(long index) {
    short value = bytes.get(LE_SHORT, index * Short.BYTES);
    return order == ByteOrder.LITTLE_ENDIAN ? value : Short.reverseBytes(value);
  }

  private int int32(long index) {
    int value = bytes.get(LE_INT, index * Integer.BYTES);
    return order == ByteOrder.LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
  }

  private long int64(long index) {
    long value = bytes.get(LE_LONG, index * Long.BYTES);
    return order == ByteOrder.LITTLE_ENDIAN ? value : Long.reverseBytes(value);
  }
}
