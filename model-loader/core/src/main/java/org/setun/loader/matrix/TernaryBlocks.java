// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.setun.kernels.TernaryMatrix;

/**
 * ggml's ternary blocks, as GGUF files hold them: each packs {@value ScaledMatrix#BLOCK}
 * neighbouring elements of a row and an fp16 scale, which stands last. Blocks follow each other in
 * a row, rows in the matrix; the columns are a multiple of {@value ScaledMatrix#BLOCK}.
 *
 * <p>A block is a few runs of bytes. In a run of n bytes, trit i of byte m is element m + i n of
 * the run's elements.
 *
 * <p>Source: {@code block_tq1_0} and {@code block_tq2_0} in ggml's {@code src/ggml-common.h}, and
 * the reference quantization in {@code src/ggml-quants.c}.
 *
 * @since 0.1
 */
public enum TernaryBlocks {
  /**
   * 54 bytes, 1.6875 bits an element: five trits a byte in base 3, in runs of 32 and 16 bytes, and
   * four in each of the last 4 bytes, whose fifth digit is 0. Bytes that no encoder writes, 13 of
   * the 256, are read as ggml reads them.
   */
  TQ1_0(TritBytes.BASE_3, List.of(new Run(32, 5), new Run(16, 5), new Run(4, 4))),

  /**
   * 66 bytes, 2.0625 bits an element: four trits a byte, two bits each, in two runs of 32 bytes.
   */
  TQ2_0(TritBytes.TWO_BITS, List.of(new Run(32, 4), new Run(32, 4)));

  /**
   * Bytes whose trits are interleaved.
   *
   * @param length bytes
   * @param used trits in each
   */
  private record Run(int length, int used) {}

  private final TritBytes form;
  private final List<Run> runs;

  TernaryBlocks(TritBytes form, List<Run> runs) {
    this.form = form;
    this.runs = runs;
  }

  /** {@return the bytes of a block, its scale included} */
  public int blockBytes() {
    return runs.stream().mapToInt(Run::length).sum() + Short.BYTES;
  }

  /**
   * Bytes of a matrix.
   *
   * @param rows rows, at least 1
   * @param columns columns, a multiple of {@value ScaledMatrix#BLOCK}
   * @return the size of all blocks
   * @throws IllegalArgumentException if the columns are no such multiple
   */
  public long byteSize(int rows, int columns) {
    if (columns % ScaledMatrix.BLOCK != 0) {
      throw new IllegalArgumentException(
          columns
              + " columns do not fill blocks of "
              + ScaledMatrix.BLOCK
              + "; "
              + name()
              + " needs a multiple");
    }
    return (long) rows * (columns / ScaledMatrix.BLOCK) * blockBytes();
  }

  /**
   * Unpacks a matrix.
   *
   * @param bytes the blocks
   * @param rows rows
   * @param columns columns, a multiple of {@value ScaledMatrix#BLOCK}
   * @return the matrix, with one scale per block
   * @throws IllegalArgumentException if there are not {@link #byteSize} bytes, a code of two bits
   *     is 3, a scale is not finite, or an array cannot hold the elements
   */
  public ScaledMatrix decode(byte[] bytes, int rows, int columns) {
    Objects.requireNonNull(bytes, "bytes");
    Extents.check(bytes.length, byteSize(rows, columns), rows, columns);
    byte[] trits = new byte[Extents.arrayLength((long) rows * columns)];
    float[] scales = new float[trits.length / ScaledMatrix.BLOCK];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int from = 0;
    int at = 0;
    for (int block = 0; block < scales.length; block++) {
      for (Run run : runs) {
        form.unpack(bytes, from, run.length, run.used, trits, at);
        from += run.length;
        at += run.length * run.used;
      }
      scales[block] = Float.float16ToFloat(buffer.getShort(from));
      from += Short.BYTES;
    }
    return ScaledMatrix.of(TernaryMatrix.ofTrits(trits, rows, columns), ScalePer.BLOCK, scales);
  }

  /**
   * Packs a matrix. Scales are rounded to the nearest fp16; one of the tensor or of a row is
   * repeated in each of its blocks.
   *
   * @param matrix the matrix, its columns a multiple of {@value ScaledMatrix#BLOCK}
   * @return the blocks, {@link #byteSize} bytes
   * @throws IllegalArgumentException if the columns are no such multiple, a scale is beyond fp16's
   *     range, or an array cannot hold the bytes
   */
  public byte[] encode(ScaledMatrix matrix) {
    Objects.requireNonNull(matrix, "matrix");
    byte[] bytes = new byte[Extents.arrayLength(byteSize(matrix.rows(), matrix.columns()))];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    byte[] trits = matrix.trits().toTrits();
    int from = 0;
    for (int at = 0; at < trits.length; ) {
      float scale = matrix.scale(at / matrix.columns(), at % matrix.columns());
      for (Run run : runs) {
        form.pack(trits, at, run.length, run.used, bytes, from);
        from += run.length;
        at += run.length * run.used;
      }
      short half = Float.floatToFloat16(scale);
      if (!Float.isFinite(Float.float16ToFloat(half))) {
        throw new IllegalArgumentException("the scale " + scale + " is beyond the range of fp16");
      }
      buffer.putShort(from, half);
      from += Short.BYTES;
    }
    return bytes;
  }
}
