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

/** Local response normalization, {@link ChannelsLast}. */
record ResponseOperation(Layer.LocalResponseNormalization layer, Shape shape) implements Operation {
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
    return "response normalization";
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
    int before = (layer.size() - 1) / 2;
    for (int c = 0; c < shape.channels(); c++) {
      int first = Math.max(0, c - before);
      long end = Math.min(shape.channels(), (long) c - before + layer.size());
      double sum = 0;
      for (int i = first; i < end; i++) {
        sum += (double) in[from + i] * in[from + i];
      }
      double base = layer.bias() + layer.alpha() / layer.size() * sum;
      out[from + c] = (float) (in[from + c] / StrictMath.pow(base, layer.beta()));
    }
  }
}
