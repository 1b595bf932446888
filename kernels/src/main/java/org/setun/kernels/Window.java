// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;

/**
 * The sliding window of a convolution or pooling, in pixels.
 *
 * @param kernelHeight rows of taps
 * @param kernelWidth taps in a row
 * @param strideHeight step between output rows
 * @param strideWidth step between output pixels of a row
 * @param padTop rows added above
 * @param padLeft pixels added to the left
 * @param padBottom rows added below
 * @param padRight pixels added to the right
 * @param dilationHeight distance between rows of taps; 1 = adjacent
 * @param dilationWidth distance between taps of a row; 1 = adjacent
 * @since 0.1
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    int dilationHeight,
    int dilationWidth) {

  /**
   * Checks the extents.
   *
   * @throws IllegalArgumentException if a kernel, stride or dilation is below 1 or a padding is
   *     negative
   */
  public Window {
    if (kernelHeight < 1 || kernelWidth < 1) {
      throw new IllegalArgumentException(
          "kernel " + kernelHeight + "x" + kernelWidth + " is empty");
    }
    if (strideHeight < 1 || strideWidth < 1 || dilationHeight < 1 || dilationWidth < 1) {
      throw new IllegalArgumentException(
          "stride "
              + strideHeight
              + "x"
              + strideWidth
              + " and dilation "
              + dilationHeight
              + "x"
              + dilationWidth
              + " must be at least 1");
    }
    if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0) {
      throw new IllegalArgumentException("padding must not be negative");
    }
  }

  /**
   * A square window with the same stride and padding on every side.
   *
   * @param kernel taps in each direction
   * @param stride step in each direction
   * @param pad pixels added on every side
   * @return the window, without dilation
   */
  public static Window square(int kernel, int stride, int pad) {
    return new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1);
  }

  /** {@return the number of taps, {@code kernelHeight * kernelWidth}} */
  public int taps() {
    return kernelHeight * kernelWidth;
  }

  /**
   * Rows of the output.
   *
   * @param height rows of the input
   * @return rows of the output
   * @throws IllegalArgumentException if the padded input is smaller than the window
   */
  public int outputHeight(int height) {
    return extent(height, (long) padTop + padBottom, reachHeight(), strideHeight);
  }

  /**
   * Pixels in a row of the output.
   *
   * @param width pixels in a row of the input
   * @return pixels in a row of the output
   * @throws IllegalArgumentException if the padded input is smaller than the window
   */
  public int outputWidth(int width) {
    return extent(width, (long) padLeft + padRight, reachWidth(), strideWidth);
  }

  /**
   * Shape of the output for a given input shape.
   *
   * @param input shape of the input
   * @param channels channels of the output
   * @return shape of the output
   * @throws IllegalArgumentException if the padded input is smaller than the window
   */
  public Shape outputShape(Shape input, int channels) {
    Objects.requireNonNull(input, "input");
    return new Shape(channels, outputHeight(input.height()), outputWidth(input.width()));
  }

  /** Rows between the first and the last tap, both included. */
  long reachHeight() {
    return (long) dilationHeight * (kernelHeight - 1) + 1;
  }

  /** Pixels between the first and the last tap of a row, both included. */
  long reachWidth() {
    return (long) dilationWidth * (kernelWidth - 1) + 1;
  }

  private static int extent(int size, long padding, long reach, int stride) {
    long free = size + padding - reach;
    if (free < 0) {
      throw new IllegalArgumentException(
          "a window that reaches over "
              + reach
              + " pixels does not fit into "
              + size
              + " + "
              + padding
              + " of padding");
    }
    if (free / stride >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException("an output of " + (free / stride + 1) + " pixels");
    }
    return (int) (free / stride + 1);
  }
}
