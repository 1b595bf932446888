// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import java.util.List;

/**
 * One implementation of every operation.
 *
 * @param name implementation and width, such as {@code vector 512 bit}
 * @param gemms micro-kernels of the ternary matrix product to pick from, the preferred one first
 * @param im2col gathering of packed activations
 * @param epilogue pass after a product
 * @param ternarizer threshold and pack
 * @param convolution fp32 convolution
 * @param winograd fp32 convolution by transforms, or {@code null}: all are direct
 * @param pooling pooling
 * @param deinterleave separation of the columns that stride 2 reads
 * @param linear fp32 fully connected layer
 * @param transposition change of the layout of values
 * @param digits sums of trits times integers
 * @param hamming distances of rows of bits
 * @param signedSum sums of fp32 numbers with signs
 * @param bitSliced what convolutions on direct trits need
 */
public record KernelSet(
    String name,
    List<TernaryGemm> gemms,
    Im2col im2col,
    Epilogue epilogue,
    Ternarizer ternarizer,
    FloatConvolution convolution,
    Winograd winograd,
    Pooling pooling,
    Deinterleave deinterleave,
    FloatLinear linear,
    Transposition transposition,
    DigitSum digits,
    HammingDistance hamming,
    SignedSum signedSum,
    BitSlicedKernels bitSliced) {

  /** The same, but all fp32 convolutions are direct. */
  public KernelSet withoutWinograd() {
    return new KernelSet(
        name,
        gemms,
        im2col,
        epilogue,
        ternarizer,
        convolution,
        null,
        pooling,
        deinterleave,
        linear,
        transposition,
        digits,
        hamming,
        signedSum,
        bitSliced);
  }
}
