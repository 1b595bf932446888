// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.Arrays;
import java.util.Objects;
import org.setun.kernels.TernaryKernel;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.Tensor;

/**
 * The fp32 weights of one convolution as a checkpoint holds them.
 *
 * <p>The array is shared, not copied; it must not change once handed over.
 *
 * @param name key of the tensor, for messages
 * @param outputChannels extent of the first dimension
 * @param inputChannels extent of the second dimension
 * @param kernelHeight extent of the third dimension
 * @param kernelWidth extent of the last dimension
 * @param values the weights, laid out (output channel, input channel, row, column)
 * @since 0.1
 */
public record LatentKernel(
    String name,
    int outputChannels,
    int inputChannels,
    int kernelHeight,
    int kernelWidth,
    float[] values) {

  /**
   * Checks the extents.
   *
   * @throws IllegalArgumentException if an extent is below 1 or their product is not the array's
   *     length
   */
  public LatentKernel {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(values, "values");
    long count = (long) outputChannels * inputChannels * kernelHeight * kernelWidth;
    if (outputChannels < 1 || inputChannels < 1 || kernelHeight < 1 || kernelWidth < 1) {
      throw new IllegalArgumentException("an extent of kernel " + name + " is below 1");
    }
    if (values.length != count) {
      throw new IllegalArgumentException(
          "kernel " + name + " of " + count + " weights given " + values.length);
    }
  }

  /**
   * Reads a tensor of four dimensions.
   *
   * @param tensor the weights, laid out (output channel, input channel, row, column)
   * @return the kernel
   * @throws CheckpointException if the tensor cannot be read
   * @throws IllegalArgumentException if the tensor has other dimensions, or is empty
   */
  public static LatentKernel read(Tensor tensor) throws CheckpointException {
    Objects.requireNonNull(tensor, "tensor");
    long[] shape = tensor.shape();
    if (shape.length != 4) {
      throw new IllegalArgumentException(tensor + " is not the weight of a convolution");
    }
    // The reader refuses more elements than an int counts, so no extent of it is cut here.
    return read(tensor, (int) shape[0], (int) shape[1], (int) shape[2], (int) shape[3]);
  }

  /**
   * Reads a tensor as a kernel of other extents: the weights of a fully connected layer have two
   * dimensions, some programs keep all weights in one column.
   *
   * @param tensor the weights, in the order (output channel, input channel, row, column)
   * @param outputChannels extent of the first dimension
   * @param inputChannels extent of the second dimension
   * @param kernelHeight extent of the third dimension
   * @param kernelWidth extent of the last dimension
   * @return the kernel
   * @throws CheckpointException if the tensor cannot be read
   * @throws IllegalArgumentException if the tensor has another number of elements
   */
  public static LatentKernel read(
      Tensor tensor, int outputChannels, int inputChannels, int kernelHeight, int kernelWidth)
      throws CheckpointException {
    Objects.requireNonNull(tensor, "tensor");
    return new LatentKernel(
        tensor.name(), outputChannels, inputChannels, kernelHeight, kernelWidth, tensor.toFloats());
  }

  /** Weights of one output channel. */
  int weightsPerOutput() {
    return inputChannels * kernelHeight * kernelWidth;
  }

  /** Trits of these extents, packed. */
  TernaryKernel pack(byte[] trits) {
    return TernaryKernel.ofTrits(trits, outputChannels, inputChannels, kernelHeight, kernelWidth);
  }

  /** Where value {@code i} stands. */
  String index(int i) {
    int taps = kernelHeight * kernelWidth;
    return "["
        + i / weightsPerOutput()
        + ", "
        + i / taps % inputChannels
        + ", "
        + i % taps / kernelWidth
        + ", "
        + i % kernelWidth
        + "]";
  }

  boolean hasExtentsOf(LatentKernel other) {
    return outputChannels == other.outputChannels
        && inputChannels == other.inputChannels
        && kernelHeight == other.kernelHeight
        && kernelWidth == other.kernelWidth;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LatentKernel kernel
        && name.equals(kernel.name)
        && hasExtentsOf(kernel)
        && Arrays.equals(values, kernel.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        name, outputChannels, inputChannels, kernelHeight, kernelWidth, Arrays.hashCode(values));
  }

  /** Name and extents, for messages. */
  @Override
  public String toString() {
    return "LatentKernel "
        + name
        + ", "
        + outputChannels
        + "x"
        + inputChannels
        + "x"
        + kernelHeight
        + "x"
        + kernelWidth;
  }
}
