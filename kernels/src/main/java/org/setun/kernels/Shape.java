// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

/**
 * Extent of one image's activations: {@code height} × {@code width} pixels of {@code channels}
 * values.
 *
 * <p>In an array, values lie in one of two layouts. <dfn>NCHW</dfn> is image after image, in it
 * channel after channel, in that row after row: the value of channel {@code c}, row {@code y} and
 * column {@code x} of image {@code n} is at {@code ((n * channels + c) * height + y) * width + x}.
 * <dfn>NHWC</dfn> is image after image, in it row after row, in that pixel after pixel with all its
 * channels: the same value is at {@code ((n * height + y) * width + x) * channels + c}. A {@link
 * Session} reads and writes NCHW; a {@link Session.Observer} gets NHWC. Between the layers each
 * pass of a network has the layout that its kernel wants, which no caller sees.
 *
 * @param channels values per pixel, at least 1
 * @param height rows, at least 1
 * @param width pixels in a row, at least 1
 * @since 0.1
 */
public record Shape(int channels, int height, int width) {
  /**
   * Checks the extents.
   *
   * @throws IllegalArgumentException if an extent is below 1 or the number of values exceeds an int
   */
  public Shape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "shape " + channels + "x" + height + "x" + width + ": every extent must be at least 1");
    }
    if ((long) channels * height > Integer.MAX_VALUE / width) {
      throw new IllegalArgumentException(
          "shape " + channels + "x" + height + "x" + width + ": more than 2^31 - 1 values");
    }
  }

  /** {@return the number of pixels, {@code height * width}} */
  public int pixels() {
    return height * width;
  }

  /** {@return the number of values, {@code channels * height * width}} */
  public int size() {
    return channels * height * width;
  }

  // Written out: a new JVM would link the compiler's at the first call, while a network loads.
  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that
        && channels == that.channels
        && height == that.height
        && width == that.width;
  }

  @Override
  public int hashCode() {
    return (channels * 31 + height) * 31 + width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
