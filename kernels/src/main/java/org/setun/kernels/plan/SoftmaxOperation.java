// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** Softmax over the channels of each pixel, {@link ChannelsLast}. */
record SoftmaxOperation(Layer.Softmax layer, Shape shape) implements Operation {
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
    return "softmax";
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] in = buffers.value(reads().getFirst());
    float[] out = buffers.value(output());
    int channels = ChannelsLast.paddedChannels(shape.channels());
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        for (int pixel = y * shape.width(); pixel < (y + 1) * shape.width(); pixel++) {
          pixel(in, out, pixel * channels);
        }
      }
    };
  }

  private void pixel(float[] in, float[] out, int from) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < shape.channels(); c++) {
      largest = Math.max(largest, in[from + c]);
    }
    double sum = 0;
    for (int c = 0; c < shape.channels(); c++) {
      sum += StrictMath.exp(in[from + c] - largest);
    }
    double logarithm = layer.logarithm() ? StrictMath.log(sum) : 0;
    for (int c = 0; c < shape.channels(); c++) {
      double above = in[from + c] - largest;
      out[from + c] = (float) (layer.logarithm() ? above - logarithm : StrictMath.exp(above) / sum);
    }
  }
}
