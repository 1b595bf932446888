// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;

/**
 * Convolves maps of trits with the weights of a {@link ConvolutionProduct}. It owns its working
 * memory, so a call allocates nothing; for one thread at a time.
 *
 * <p>Results have a row for each pixel, row by row, with a value for each output channel: {@code
 * Y[(y * width + x)][o]} is {@code y[at + (y * width + x) * stride + o]}.
 *
 * @since 0.2
 */
public final class ConvolutionSession {
  private final ConvolutionProduct convolution;
  private final ProductSession session;
  private final TernaryRows rows;
  private final int pixels;

  ConvolutionSession(ConvolutionProduct convolution, ProductSession session) {
    this.convolution = convolution;
    this.session = session;
    this.pixels = convolution.output().pixels();
    this.rows = convolution.product().rows(pixels);
  }

  private TernaryRows gather(TernaryMap map) {
    if (!map.shape().equals(convolution.input())) {
      throw new IllegalArgumentException(map + " for " + convolution);
    }
    map.im2col(convolution.window(), rows);
    return rows;
  }

  /**
   * Exact integers.
   *
   * @param map the input
   * @param y receives the results
   * @param at index of the first
   * @param stride distance between pixels of Y, at least the output channels
   * @throws IllegalArgumentException if the map has another shape or {@code stride} is too small
   * @throws IndexOutOfBoundsException if Y does not fit into the array
   */
  public void multiply(TernaryMap map, int[] y, int at, int stride) {
    Objects.requireNonNull(map, "map");
    Objects.requireNonNull(y, "y");
    session.multiply(gather(map), pixels, y, at, stride);
  }

  /**
   * Adds exact integers to Y. The parameters are those of {@link #multiply(TernaryMap, int[], int,
   * int)}.
   *
   * @param map the input
   * @param y what is added to
   * @param at index of the first
   * @param stride distance between pixels of Y, at least the output channels
   */
  public void multiplyAdd(TernaryMap map, int[] y, int at, int stride) {
    Objects.requireNonNull(map, "map");
    Objects.requireNonNull(y, "y");
    session.multiplyAdd(gather(map), pixels, y, at, stride);
  }

  /**
   * {@code fma(integer, scales[o], shifts[o])}, as a folded BatchNorm wants it.
   *
   * @param map the input
   * @param scales multiplier of each output channel
   * @param shifts addend of each output channel
   * @param y receives the results
   * @param at index of the first
   * @param stride distance between pixels of Y, at least the output channels
   * @throws IllegalArgumentException if the map has another shape, {@code stride} is too small, or
   *     there is not a scale and a shift for each output channel
   * @throws IndexOutOfBoundsException if Y does not fit into the array
   */
  public void multiply(
      TernaryMap map, float[] scales, float[] shifts, float[] y, int at, int stride) {
    Objects.requireNonNull(map, "map");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(shifts, "shifts");
    Objects.requireNonNull(y, "y");
    session.multiply(gather(map), pixels, scales, shifts, y, at, stride);
  }

  /** What it convolves, for messages. */
  @Override
  public String toString() {
    return "ConvolutionSession of " + convolution;
  }
}
