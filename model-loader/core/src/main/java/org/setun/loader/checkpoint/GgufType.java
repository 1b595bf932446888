// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.Arrays;
import java.util.Optional;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.matrix.TernaryBlocks;

/**
 * How a tensor of a GGUF file is stored: elements one by one, or blocks that are quantized
 * together. Names, numbers and sizes are those of ggml ({@code enum ggml_type} in {@code
 * include/ggml.h}, the blocks in {@code src/ggml-common.h}); numbers that ggml has withdrawn are
 * left out.
 *
 * @since 0.1
 */
public enum GgufType {
  /** fp32. */
  F32(0, DType.F32),
  /** fp16. */
  F16(1, DType.F16),
  /** Blocks of 4 bits with a scale. */
  Q4_0(2, 32, 18),
  /** Blocks of 4 bits with scale and minimum. */
  Q4_1(3, 32, 20),
  /** Blocks of 5 bits with a scale. */
  Q5_0(6, 32, 22),
  /** Blocks of 5 bits with scale and minimum. */
  Q5_1(7, 32, 24),
  /** Blocks of 8 bits with a scale. */
  Q8_0(8, 32, 34),
  /** Blocks of 8 bits with scale and sum. */
  Q8_1(9, 32, 36),
  /** Super-blocks of 2 bits. */
  Q2_K(10, 256, 84),
  /** Super-blocks of 3 bits. */
  Q3_K(11, 256, 110),
  /** Super-blocks of 4 bits. */
  Q4_K(12, 256, 144),
  /** Super-blocks of 5 bits. */
  Q5_K(13, 256, 176),
  /** Super-blocks of 6 bits. */
  Q6_K(14, 256, 210),
  /** Super-blocks of 8 bits. */
  Q8_K(15, 256, 292),
  /** Entries of a codebook, 2.06 bits. */
  IQ2_XXS(16, 256, 66),
  /** Entries of a codebook, 2.31 bits. */
  IQ2_XS(17, 256, 74),
  /** Entries of a codebook, 3.06 bits. */
  IQ3_XXS(18, 256, 98),
  /** Entries of a codebook, 1.56 bits. */
  IQ1_S(19, 256, 50),
  /** Blocks of 4 bits that are not spaced evenly. */
  IQ4_NL(20, 32, 18),
  /** Entries of a codebook, 3.44 bits. */
  IQ3_S(21, 256, 110),
  /** Entries of a codebook, 2.56 bits. */
  IQ2_S(22, 256, 82),
  /** Super-blocks of 4 bits that are not spaced evenly. */
  IQ4_XS(23, 256, 136),
  /** Signed 8-bit integers. */
  I8(24, DType.I8),
  /** Signed 16-bit integers. */
  I16(25, DType.I16),
  /** Signed 32-bit integers. */
  I32(26, DType.I32),
  /** Signed 64-bit integers. */
  I64(27, DType.I64),
  /** fp64. */
  F64(28, DType.F64),
  /** Entries of a codebook, 1.75 bits. */
  IQ1_M(29, 256, 56),
  /** bfloat16. */
  BF16(30, DType.BF16),
  /** Ternary, 1.6875 bits. */
  TQ1_0(34, TernaryBlocks.TQ1_0),
  /** Ternary, 2.0625 bits. */
  TQ2_0(35, TernaryBlocks.TQ2_0),
  /** Blocks of 4-bit floats with a shared exponent. */
  MXFP4(39, 32, 17),
  /** Blocks of 4-bit floats with fp8 scales. */
  NVFP4(40, 64, 36),
  /** Blocks of 1 bit with a scale. */
  Q1_0(41, 128, 18),
  /** Blocks of 2 bits with a scale. */
  Q2_0(42, 64, 18);

  private final int code;
  private final int blockElements;
  private final int blockBytes;
  private final DType dtype;
  private final TernaryBlocks blocks;

  GgufType(int code, int blockElements, int blockBytes) {
    this(code, blockElements, blockBytes, null, null);
  }

  GgufType(int code, DType dtype) {
    this(code, 1, dtype.byteSize(), dtype, null);
  }

  GgufType(int code, TernaryBlocks blocks) {
    this(code, ScaledMatrix.BLOCK, blocks.blockBytes(), null, blocks);
  }

  GgufType(int code, int blockElements, int blockBytes, DType dtype, TernaryBlocks blocks) {
    this.code = code;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.dtype = dtype;
    this.blocks = blocks;
  }

  /** The type of a number in a file. */
  static Optional<GgufType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findAny();
  }

  /** {@return the elements that are stored together, 1 where each is by itself} */
  public int blockElements() {
    return blockElements;
  }

  /** {@return the bytes of those elements} */
  public int blockBytes() {
    return blockBytes;
  }

  /** {@return the element type, empty if elements are quantized together} */
  public Optional<DType> dtype() {
    return Optional.ofNullable(dtype);
  }

  /** {@return the codec of a ternary type, empty for any other} */
  public Optional<TernaryBlocks> ternary() {
    return Optional.ofNullable(blocks);
  }
}
