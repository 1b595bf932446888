// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.setun.kernels.TernaryKernel;

/**
 * Binary kernels as the converter of Larq Compute Engine stores them, the filter of {@code
 * LceBconv2d} in a TensorFlow Lite file: 32-bit integers of the extents output channel, row,
 * column, ⌈input channels / 32⌉ (OHWI; in Larq's Keras layers the same weights are HWIO).
 *
 * <p>Bit c mod 32 of word ⌊c / 32⌋ is input channel c, from the lowest bit up. A set bit is -1, a
 * clear one +1. The bits after the last channel are clear. A scale of the weights is not here: the
 * converter multiplies it into {@code post_activation_multiplier}, an fp32 for each output channel.
 *
 * <p>Source: {@code larq_compute_engine/core/bitpacking/bitpack.h} and {@code
 * larq_compute_engine/mlir/transforms/bitpack.cc} of larq/compute-engine.
 *
 * @since 0.1
 */
public final class LarqBits {
  private LarqBits() {}

  /**
   * Bytes of a kernel.
   *
   * @param outputChannels output channels
   * @param inputChannels input channels, of a group if there are several
   * @param kernelHeight rows of taps
   * @param kernelWidth taps in a row
   * @return four for each word
   * @throws ArithmeticException if they are more than 2^63
   */
  public static long byteSize(
      int outputChannels, int inputChannels, int kernelHeight, int kernelWidth) {
    long taps = Math.multiplyExact((long) outputChannels * kernelHeight, kernelWidth);
    return Math.multiplyExact(taps, (long) words(inputChannels) * Integer.BYTES);
  }

  private static int words(int inputChannels) {
    return Math.ceilDiv(inputChannels, Integer.SIZE);
  }

  /**
   * Unpacks a kernel. That of a 1×1 convolution is a matrix: {@link
   * org.setun.kernels.TernaryMatrix#of(TernaryKernel)}.
   *
   * @param bytes the words, little-endian, as a file holds them
   * @param outputChannels output channels, at least 1
   * @param inputChannels input channels, at least 1: the words do not tell them
   * @param kernelHeight rows of taps, at least 1
   * @param kernelWidth taps in a row, at least 1
   * @return a kernel without zeros
   * @throws IllegalArgumentException if there are not {@link #byteSize} bytes, a bit is set behind
   *     the last channel, or an extent is below 1
   */
  public static TernaryKernel decode(
      byte[] bytes, int outputChannels, int inputChannels, int kernelHeight, int kernelWidth) {
    Objects.requireNonNull(bytes, "bytes");
    if (Math.min(Math.min(outputChannels, inputChannels), Math.min(kernelHeight, kernelWidth))
        < 1) {
      throw new IllegalArgumentException("an extent of the kernel is below 1");
    }
    long needed = byteSize(outputChannels, inputChannels, kernelHeight, kernelWidth);
    if (bytes.length != needed) {
      throw new IllegalArgumentException(
          bytes.length
              + " bytes given, "
              + outputChannels
              + "x"
              + kernelHeight
              + "x"
              + kernelWidth
              + "x"
              + inputChannels
              + " needs "
              + needed);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int taps = outputChannels * kernelHeight * kernelWidth;
    int channelWords = TernaryKernel.channelWords(inputChannels);
    int halves = words(inputChannels);
    long[] nonzero = new long[taps * channelWords];
    long[] sign = new long[nonzero.length];
    for (int tap = 0; tap < taps; tap++) {
      for (int half = 0; half < halves; half++) {
        int channels = Math.min(Integer.SIZE, inputChannels - half * Integer.SIZE);
        long present = (1L << channels) - 1;
        long bits = Integer.toUnsignedLong(buffer.getInt());
        if ((bits & ~present) != 0) {
          throw new IllegalArgumentException(
              "word " + (tap * halves + half) + " has bits set after the last channel");
        }
        int word = tap * channelWords + half / 2;
        int shift = half % 2 * Integer.SIZE;
        nonzero[word] |= present << shift;
        sign[word] |= bits << shift;
      }
    }
    return TernaryKernel.ofPlanes(
        nonzero, sign, outputChannels, inputChannels, kernelHeight, kernelWidth);
  }

  /**
   * Packs a kernel.
   *
   * @param kernel a kernel without zeros
   * @return the words, little-endian, {@link #byteSize} bytes
   * @throws IllegalArgumentException if a weight is 0, or an array cannot hold the bytes
   */
  public static byte[] encode(TernaryKernel kernel) {
    Objects.requireNonNull(kernel, "kernel");
    if (kernel.zeroCount() > 0) {
      throw new IllegalArgumentException(
          kernel.zeroCount() + " weights are 0, which a binary kernel has no bit for");
    }
    int inputChannels = kernel.inputChannels();
    long size =
        byteSize(
            kernel.outputChannels(), inputChannels, kernel.kernelHeight(), kernel.kernelWidth());
    ByteBuffer buffer =
        ByteBuffer.allocate(Extents.arrayLength(size)).order(ByteOrder.LITTLE_ENDIAN);
    int channelWords = TernaryKernel.channelWords(inputChannels);
    int halves = words(inputChannels);
    for (int tap = 0; buffer.hasRemaining(); tap++) {
      for (int half = 0; half < halves; half++) {
        long word = kernel.signWord(tap * channelWords + half / 2);
        buffer.putInt((int) (word >>> half % 2 * Integer.SIZE));
      }
    }
    return buffer.array();
  }
}
