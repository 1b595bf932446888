// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * A ternary convolution of maps of trits without a network: {@link TernaryMap#im2col} and a {@link
 * TernaryProduct}. Immutable; threads share it, and each makes a {@link ConvolutionSession} of its
 * own.
 *
 * <pre>{@code
 * ConvolutionProduct convolution =
 *     ConvolutionProduct.of(kernel, Window.square(3, 1, 1), 1, new Shape(64, 56, 56));
 * ConvolutionSession session = convolution.session();
 * map.set(values, 0);
 * session.multiply(map, y, 0, 64);
 * }</pre>
 *
 * <p>A network's layers of the same shape are faster where a family on direct trits is chosen for
 * them (see {@link Kernels}): these need no im2col.
 *
 * @since 0.2
 */
public final class ConvolutionProduct {
  private final TernaryProduct product;
  private final Window window;
  private final Shape input;
  private final Shape output;

  private ConvolutionProduct(TernaryKernel kernel, Window window, Shape input, Kernels kernels) {
    this.window = window;
    this.input = input;
    this.output = window.outputShape(input, kernel.outputChannels());
    this.product = TernaryProduct.of(TernaryMatrix.ofWindows(kernel), output.pixels(), kernels);
  }

  /**
   * Packs weights for the best kernels of this JVM.
   *
   * @param kernel weights; of a convolution in groups with the input channels of one group
   * @param window stride, padding with zeros, dilation; its taps are the kernel's
   * @param groups groups, 1 for an ordinary convolution
   * @param input shape of the maps
   * @return the convolution
   * @throws IllegalArgumentException if the shapes do not fit each other
   */
  public static ConvolutionProduct of(
      TernaryKernel kernel, Window window, int groups, Shape input) {
    return of(kernel, window, groups, input, Kernels.best());
  }

  /**
   * Packs weights.
   *
   * @param kernel weights; of a convolution in groups with the input channels of one group
   * @param window stride, padding with zeros, dilation; its taps are the kernel's
   * @param groups groups, 1 for an ordinary convolution
   * @param input shape of the maps
   * @param kernels what to compute it with
   * @return the convolution
   * @throws IllegalArgumentException if the shapes do not fit each other
   */
  public static ConvolutionProduct of(
      TernaryKernel kernel, Window window, int groups, Shape input, Kernels kernels) {
    Objects.requireNonNull(kernel, "kernel");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(kernels, "kernels");
    if (kernel.kernelHeight() != window.kernelHeight()
        || kernel.kernelWidth() != window.kernelWidth()) {
      throw new IllegalArgumentException(
          "a kernel of "
              + kernel.kernelHeight()
              + "x"
              + kernel.kernelWidth()
              + " taps for a window of "
              + window.kernelHeight()
              + "x"
              + window.kernelWidth());
    }
    TernaryKernel whole = kernel.ungrouped(groups);
    if (whole.inputChannels() != input.channels()) {
      throw new IllegalArgumentException(
          "a kernel of "
              + whole.inputChannels()
              + " input channels for a map of "
              + input.channels());
    }
    return new ConvolutionProduct(whole, window, input, kernels);
  }

  /** {@return shape of the maps that it reads} */
  public Shape input() {
    return input;
  }

  /** {@return shape of its results} */
  public Shape output() {
    return output;
  }

  /** {@return the window} */
  public Window window() {
    return window;
  }

  /** {@return the product behind im2col} */
  public TernaryProduct product() {
    return product;
  }

  /** {@return what convolves on the calling thread} */
  public ConvolutionSession session() {
    return session(1, null);
  }

  /**
   * Creates what convolves on several threads; im2col is the calling one's. Results do not depend
   * on their number.
   *
   * @param threads threads including the calling one, at least 1
   * @param executor lends the other threads for the length of a call; may be {@code null} for one
   *     thread
   * @return what convolves, for one caller at a time
   * @throws IllegalArgumentException if {@code threads} is below 1, or above 1 without an executor
   */
  public ConvolutionSession session(int threads, Executor executor) {
    return new ConvolutionSession(this, product.session(threads, executor));
  }

  /** Shapes and kernel, for messages. */
  @Override
  public String toString() {
    return "ConvolutionProduct " + input + " to " + output + " on " + product.kernel();
  }
}
