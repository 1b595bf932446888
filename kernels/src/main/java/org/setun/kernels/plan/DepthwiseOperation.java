// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Each channel convolved by itself, {@link ChannelsLast}: the channels of a pixel are contiguous,
 * so C2 vectorizes the loop over them. A chunk is a row of the result.
 */
final class DepthwiseOperation implements Operation {
  private final Layer.DepthwiseConvolution layer;
  private final Shape in;
  private final Shape out;
  private final float[] bias;

  /** {@code [row][column][channel]}, channels padded. */
  private final float[] weights;

  DepthwiseOperation(Layer.DepthwiseConvolution layer, Shape in, Shape out) {
    this.layer = layer;
    this.in = in;
    this.out = out;
    this.bias = ChannelsLast.padded(layer.bias(), 0);
    int taps = layer.window().taps();
    int channels = ChannelsLast.paddedChannels(in.channels());
    this.weights = new float[Math.multiplyExact(taps, channels)];
    for (int c = 0; c < in.channels(); c++) {
      for (int tap = 0; tap < taps; tap++) {
        weights[tap * channels + c] = layer.weights()[c * taps + tap];
      }
    }
  }

  @Override
  public Value output() {
    return new Value(layer.name(), ChannelsLast.LAYOUT);
  }

  @Override
  public List<String> layers() {
    return List.of(layer.name());
  }

  @Override
  public List<Value> reads() {
    return List.of(new Value(layer.input(), ChannelsLast.LAYOUT));
  }

  @Override
  public String kernel() {
    return "depthwise";
  }

  @Override
  public long macs() {
    return (long) out.size() * layer.window().taps();
  }

  @Override
  public long parameterBytes() {
    return (long) Float.BYTES * (weights.length + bias.length);
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(reads().getFirst());
    float[] results = buffers.value(output());
    return new Step() {
      @Override
      public int chunks() {
        return out.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        for (int x = 0; x < out.width(); x++) {
          pixel(values, results, y, x);
        }
      }
    };
  }

  private void pixel(float[] values, float[] results, int row, int column) {
    Window w = layer.window();
    int channels = bias.length;
    int to = (row * out.width() + column) * channels;
    System.arraycopy(bias, 0, results, to, channels);
    for (int ky = 0; ky < w.kernelHeight(); ky++) {
      int y = row * w.strideHeight() - w.padTop() + ky * w.dilationHeight();
      for (int kx = 0; y >= 0 && y < in.height() && kx < w.kernelWidth(); kx++) {
        int x = column * w.strideWidth() - w.padLeft() + kx * w.dilationWidth();
        if (x >= 0 && x < in.width()) {
          int tap = (ky * w.kernelWidth() + kx) * channels;
          add(values, (y * in.width() + x) * channels, weights, tap, results, to, channels);
        }
      }
    }
  }

  private static void add(
      float[] values, int from, float[] weights, int tap, float[] results, int to, int channels) {
    for (int c = 0; c < channels; c++) {
      results[to + c] = Math.fma(values[from + c], weights[tap + c], results[to + c]);
    }
  }
}
