// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import java.util.Arrays;
import java.util.Objects;
import org.setun.kernels.TernaryMatrix;

/**
 * The weights of a BitNet b1.58 layer as transformers stores them: a U8 tensor of ⌈rows / 4⌉ ×
 * columns with four rows in a byte.
 *
 * <p>Bits 2 i and 2 i + 1 of byte (r, c) are trit + 1 of row r + i ⌈rows / 4⌉ and column c: rows a
 * quarter of the matrix apart, not neighbours. Where the rows are no multiple of four, the codes
 * after the last row are 0.
 *
 * <p>Source: {@code pack_weights} and {@code unpack_weights} of transformers, {@code
 * src/transformers/integrations/bitnet.py}.
 *
 * @since 0.1
 */
public final class BitNetBytes {
  /** Rows in a byte. */
  public static final int ROWS_PER_BYTE = 4;

  private BitNetBytes() {}

  /**
   * Bytes of a matrix.
   *
   * @param rows rows, at least 1
   * @param columns columns, at least 1
   * @return ⌈rows / 4⌉ × columns
   */
  public static long byteSize(int rows, int columns) {
    return (long) Math.ceilDiv(rows, ROWS_PER_BYTE) * columns;
  }

  /**
   * Unpacks a matrix.
   *
   * @param bytes the tensor, row-major
   * @param rows rows of the matrix; in a file four times those of the tensor
   * @param columns columns of both
   * @param scale what a trit is multiplied by
   * @return the matrix, with one scale
   * @throws IllegalArgumentException if there are not {@link #byteSize} bytes, a code is 3, a code
   *     after the last row is not 0, or the scale is not finite
   */
  public static ScaledMatrix decode(byte[] bytes, int rows, int columns, float scale) {
    Objects.requireNonNull(bytes, "bytes");
    Extents.check(bytes.length, byteSize(rows, columns), rows, columns);
    byte[] padded = new byte[Extents.arrayLength((long) bytes.length * ROWS_PER_BYTE)];
    TritBytes.TWO_BITS.unpack(bytes, 0, bytes.length, ROWS_PER_BYTE, padded, 0);
    byte[] trits = padded;
    int count = rows * columns;
    if (count < padded.length) {
      for (int i = count; i < padded.length; i++) {
        if (padded[i] != -1) {
          throw new IllegalArgumentException("a code after the last row is not 0");
        }
      }
      trits = Arrays.copyOf(padded, count);
    }
    return ScaledMatrix.of(TernaryMatrix.ofTrits(trits, rows, columns), ScalePer.TENSOR, scale);
  }

  /**
   * Packs trits; scales are stored beside them.
   *
   * @param matrix the trits
   * @return the tensor, row-major, {@link #byteSize} bytes
   * @throws IllegalArgumentException if it has more than 2^31 - 9 elements
   */
  public static byte[] encode(TernaryMatrix matrix) {
    Objects.requireNonNull(matrix, "matrix");
    byte[] bytes = new byte[Extents.arrayLength(byteSize(matrix.rows(), matrix.columns()))];
    byte[] padded = new byte[Extents.arrayLength((long) bytes.length * ROWS_PER_BYTE)];
    Arrays.fill(padded, (byte) -1);
    byte[] trits = matrix.toTrits();
    System.arraycopy(trits, 0, padded, 0, trits.length);
    TritBytes.TWO_BITS.pack(padded, 0, bytes.length, ROWS_PER_BYTE, bytes, 0);
    return bytes;
  }
}
