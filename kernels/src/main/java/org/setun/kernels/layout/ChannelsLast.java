// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.layout;

import java.util.Arrays;
import org.setun.kernels.Shape;

/**
 * NHWC: {@code [row][column][channel]}, channels rounded up to a multiple of {@value
 * #CHANNEL_BLOCK}.
 */
public final class ChannelsLast implements Layout {
  /** The layout; it has no state. */
  public static final ChannelsLast LAYOUT = new ChannelsLast();

  /**
   * Values of a pixel are padded to a multiple of this many channels: one word of trits, and a
   * whole number of fp32 vectors of any width, so that no kernel has a tail. Padding channels of
   * fp32 values are finite and never read as a result; their trits are 0.
   */
  public static final int CHANNEL_BLOCK = Long.SIZE;

  private ChannelsLast() {}

  /** {@code channels} rounded up to a multiple of {@link #CHANNEL_BLOCK}. */
  public static int paddedChannels(int channels) {
    return Math.multiplyExact(Math.ceilDiv(channels, CHANNEL_BLOCK), CHANNEL_BLOCK);
  }

  /** A copy of one parameter per channel, padded with {@code filler} to {@link #paddedChannels}. */
  public static float[] padded(float[] perChannel, float filler) {
    float[] result = Arrays.copyOf(perChannel, paddedChannels(perChannel.length));
    Arrays.fill(result, perChannel.length, result.length, filler);
    return result;
  }

  @Override
  public String name() {
    return "channels last";
  }

  @Override
  public int floats(Shape shape) {
    return Math.multiplyExact(shape.pixels(), paddedChannels(shape.channels()));
  }

  @Override
  public void toNchw(Shape shape, float[] values, float[] out, int offset) {
    int channels = paddedChannels(shape.channels());
    for (int c = 0; c < shape.channels(); c++) {
      for (int pixel = 0; pixel < shape.pixels(); pixel++) {
        out[offset + c * shape.pixels() + pixel] = values[pixel * channels + c];
      }
    }
  }

  @Override
  public void toNhwc(Shape shape, float[] values, float[] out, int offset) {
    int channels = paddedChannels(shape.channels());
    for (int pixel = 0; pixel < shape.pixels(); pixel++) {
      System.arraycopy(
          values, pixel * channels, out, offset + pixel * shape.channels(), shape.channels());
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
