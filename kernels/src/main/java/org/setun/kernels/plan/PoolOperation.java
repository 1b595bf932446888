// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import java.util.Set;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.RowPooling;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Pooling of a {@link ChannelsLast} value, row by row.
 *
 * @param maximum whether it is a maximum, else a mean
 * @param countPadding whether padded pixels count in the mean
 */
record PoolOperation(
    Layer layer,
    Window window,
    boolean maximum,
    boolean countPadding,
    Shape in,
    Shape out,
    Pooling kernels)
    implements Operation {
  static PoolOperation of(Layer.MaxPool layer, Shape in, Shape out, Pooling kernels) {
    return new PoolOperation(layer, layer.window(), true, true, in, out, kernels);
  }

  static PoolOperation of(Layer.AveragePool layer, Shape in, Shape out, Pooling kernels) {
    return new PoolOperation(layer, layer.window(), false, layer.countPadding(), in, out, kernels);
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
    return List.of(new Value(layer.inputs().getFirst(), ChannelsLast.LAYOUT));
  }

  @Override
  public String kernel() {
    return maximum ? "max pooling" : "average pooling";
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of(Pooling.class);
  }

  @Override
  public void scratch(Scratch.Need need) {
    RowPooling.scratch(
        need, in.width() * ChannelsLast.paddedChannels(in.channels()), window.kernelHeight());
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new PoolOperation(layer, window, maximum, countPadding, in, out, kernels.pooling());
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(reads().getFirst());
    float[] result = buffers.value(output());
    RowPooling pooling = new RowPooling(kernels, in, window);
    int row = out.width() * ChannelsLast.paddedChannels(out.channels());
    return new Step() {
      @Override
      public int chunks() {
        return out.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        if (maximum) {
          pooling.max(values, y, scratch, result, y * row);
        } else {
          float divisor = countPadding ? window.taps() : 1;
          pooling.average(values, y, divisor, scratch, result, y * row);
          if (!countPadding) {
            divide(result, y);
          }
        }
      }
    };
  }

  /** Divides the sums of a row by how many taps lie inside. */
  private void divide(float[] sums, int y) {
    int channels = ChannelsLast.paddedChannels(out.channels());
    int rows =
        inside(
            y * window.strideHeight() - window.padTop(),
            window.kernelHeight(),
            window.dilationHeight(),
            in.height());
    for (int x = 0; x < out.width(); x++) {
      int columns =
          inside(
              x * window.strideWidth() - window.padLeft(),
              window.kernelWidth(),
              window.dilationWidth(),
              in.width());
      int from = (y * out.width() + x) * channels;
      for (int i = from; i < from + channels; i++) {
        sums[i] /= rows * columns;
      }
    }
  }

  /** Taps from {@code first} on, {@code distance} apart, that lie in {@code [0, extent)}. */
  private static int inside(int first, int taps, int distance, int extent) {
    int count = 0;
    for (int tap = 0; tap < taps; tap++) {
      int at = first + tap * distance;
      count += at >= 0 && at < extent ? 1 : 0;
    }
    return count;
  }
}
