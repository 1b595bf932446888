package org.setun.kernels.plan;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.op.FloatConvolution;

/**
 * Layout of the input of one fp32 convolution: zero padding included, split by channel and by
 * column phase (padded column modulo stride), {@code [row][channel][phase][column / stride]}, see
 * {@link FloatConvolution}. The border is never written.
 */
final class SplitInput {
  /** Name of the convolution. */
  final String layer;

  /** Length of the array. */
  final int size;

  /** Offset of every tap in the order (row, column, input channel). */
  final int[] tapOffsets;

  /** Distance between the first taps of neighbouring output rows. */
  final int outputRowStride;

  private final Shape shape;
  private final Window window;
  private final int phaseLength;
  private final int rowLength;

  /**
   * For one convolution.
   *
   * @param tile output pixels of a tile, which may reach past the end of a row
   */
  SplitInput(String layer, Shape shape, Window window, int tile) {
    this.layer = layer;
    this.shape = shape;
    this.window = window;
    int stride = window.strideWidth();
    int paddedWidth = window.padLeft() + shape.width() + window.padRight();
    phaseLength = Math.ceilDiv(paddedWidth, stride) + tile;
    rowLength = Math.multiplyExact(shape.channels() * stride, phaseLength);
    size = Math.multiplyExact(window.padTop() + shape.height() + window.padBottom(), rowLength);
    outputRowStride = window.strideHeight() * rowLength;
    tapOffsets = new int[window.taps() * shape.channels()];
    int k = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        for (int c = 0; c < shape.channels(); c++) {
          tapOffsets[k++] =
              ky * window.dilationHeight() * rowLength + index(c, kx * window.dilationWidth());
        }
      }
    }
  }

  /** Offset of a channel's padded column within a row. */
  private int index(int channel, int column) {
    int stride = window.strideWidth();
    return (channel * stride + column % stride) * phaseLength + column / stride;
  }

  /** Name of the input's memory, {@link org.setun.kernels.pass.Buffers#floats}. */
  String memory() {
    return layer + " (split)";
  }

  /**
   * Copies row {@code y} of all channels from rows that are contiguous: of an image or of a planar
   * value.
   *
   * @param planes the rows, starting at {@code offset}
   * @param pitch distance between rows of a channel
   */
  void splitPlanarRow(
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

  /** Copies row {@code y} of a {@link ChannelsLast} value. */
  void splitChannelsLastRow(float[] values, int y, float[] split) {
    int channels = ChannelsLast.paddedChannels(shape.channels());
    int row = (window.padTop() + y) * rowLength;
    int from = y * shape.width() * channels;
    for (int x = 0; x < shape.width(); x++) {
      for (int c = 0; c < shape.channels(); c++) {
        split[row + index(c, x + window.padLeft())] = values[from + x * channels + c];
      }
    }
  }

  /** Shape of the input. */
  Shape shape() {
    return shape;
  }

  /**
   * Packs weights (output, input channel, row, column) into panels of {@code width} outputs, taps
   * in the order of {@link #tapOffsets}.
   */
  float[] packWeights(float[] weights, int outputChannels, int width) {
    int taps = tapOffsets.length;
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
