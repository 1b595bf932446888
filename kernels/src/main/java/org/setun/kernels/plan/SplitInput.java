// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.op.FloatConvolution;

/**
 * Input of an fp32 convolution by sums over the taps, see {@link FloatConvolution}.
 *
 * <ul>
 *   <li>Of planes, and of the caller's image: split by channel and by column phase (padded column
 *       modulo stride), {@code [row][channel][phase][column / stride]}.
 *   <li>Of a {@link ChannelsLast} value: {@code [row][column][channel]}, as the value has it, so
 *       that rows are copied whole; without padding the value itself is read, and nothing copied.
 * </ul>
 */
final class SplitInput implements ConvolutionInput {
  /** Offset of every run of taps in the order (row, column, input channel). */
  final int[] tapOffsets;

  /** Taps of a run: all channels of a pixel, or one. */
  final int run;

  /** Distance between the first taps of neighbouring output rows. */
  final int outputRowStride;

  /** Distance between the values of neighbouring output pixels. */
  final int pixelStride;

  private final String layer;
  private final int size;
  private final boolean inPlace;
  private final boolean channelsLast;
  private final int channels;
  private final Shape shape;
  private final Window window;
  private final int phaseLength;
  private final int rowLength;

  /**
   * For one convolution.
   *
   * @param tile output pixels of a tile, which may reach past the end of a row
   * @param channelsLast whether it reads a {@link ChannelsLast} value
   */
  SplitInput(String layer, Shape shape, Window window, int tile, boolean channelsLast) {
    this.layer = layer;
    this.shape = shape;
    this.window = window;
    this.channelsLast = channelsLast;
    this.channels = ChannelsLast.paddedChannels(shape.channels());
    int stride = window.strideWidth();
    int paddedWidth = window.padLeft() + shape.width() + window.padRight();
    int outputWidth = window.outputShape(shape, 1).width();
    // A tile that would reach past the value's end begins earlier, in a row of at least a tile.
    inPlace = channelsLast && !isPadded(window) && outputWidth >= tile;
    phaseLength = Math.ceilDiv(paddedWidth, stride) + tile;
    int reach = inPlace ? 0 : (tile - 1) * stride;
    rowLength =
        channelsLast
            ? Math.multiplyExact(channels, paddedWidth + reach)
            : Math.multiplyExact(shape.channels() * stride, phaseLength);
    pixelStride = channelsLast ? stride * channels : 1;
    size = Math.multiplyExact(window.padTop() + shape.height() + window.padBottom(), rowLength);
    outputRowStride = window.strideHeight() * rowLength;
    run = channelsLast ? shape.channels() : 1;
    tapOffsets = new int[window.taps() * shape.channels() / run];
    int k = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        for (int c = 0; c < shape.channels(); c += run) {
          tapOffsets[k++] =
              ky * window.dilationHeight() * rowLength + index(c, kx * window.dilationWidth());
        }
      }
    }
  }

  private static boolean isPadded(Window window) {
    return window.padTop() + window.padLeft() + window.padBottom() + window.padRight() > 0;
  }

  /** Offset of a channel's padded column within a row. */
  private int index(int channel, int column) {
    if (channelsLast) {
      return column * channels + channel;
    }
    int stride = window.strideWidth();
    return (channel * stride + column % stride) * phaseLength + column / stride;
  }

  @Override
  public String layer() {
    return layer;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean inPlace() {
    return inPlace;
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of(Deinterleave.class);
  }

  @Override
  public void planarRow(
      Deinterleave deinterleave, float[] planes, int offset, int pitch, int y, float[] split) {
    int stride = window.strideWidth();
    int row = (window.padTop() + y) * rowLength;
    for (int c = 0; c < shape.channels(); c++) {
      int from = offset + (c * shape.height() + y) * pitch;
      if (stride == 1) {
        System.arraycopy(planes, from, split, row + index(c, window.padLeft()), shape.width());
      } else if (stride == 2) {
        int even = row + index(c, window.padLeft());
        int odd = row + index(c, window.padLeft() + 1);
        deinterleave.split(planes, from, shape.width(), split, even, odd);
      } else {
        for (int x = 0; x < shape.width(); x++) {
          split[row + index(c, x + window.padLeft())] = planes[from + x];
        }
      }
    }
  }

  @Override
  public void channelsLastRow(float[] values, int y, float[] copy) {
    int length = shape.width() * channels;
    int row = (window.padTop() + y) * rowLength;
    System.arraycopy(values, y * length, copy, row + window.padLeft() * channels, length);
  }

  /** Taps of the window, input channels included. */
  int taps() {
    return tapOffsets.length * run;
  }

  /**
   * Packs weights (output, input channel, row, column) into panels of {@code width} outputs, taps
   * in the order (row, column, input channel).
   */
  float[] packWeights(float[] weights, int outputChannels, int width) {
    int taps = taps();
    int spatial = window.taps();
    float[] packed = new float[Math.ceilDiv(outputChannels, width) * width * taps];
    for (int o = 0; o < outputChannels; o++) {
      for (int k = 0; k < taps; k++) {
        int c = k % shape.channels();
        int tap = k / shape.channels();
        packed[(o / width * taps + k) * width + o % width] =
            weights[(o * shape.channels() + c) * spatial + tap];
      }
    }
    return packed;
  }
}
