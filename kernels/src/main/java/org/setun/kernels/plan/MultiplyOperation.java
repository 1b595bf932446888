// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Product of two values: of equal shape in any layout, or {@link ChannelsLast} with a factor per
 * channel or per pixel.
 */
record MultiplyOperation(Layer.Multiply layer, Shape shape, Shape right, Layout layout)
    implements Operation {
  @Override
  public Value output() {
    return new Value(layer.name(), layout);
  }

  @Override
  public List<String> layers() {
    return List.of(layer.name());
  }

  @Override
  public List<Value> reads() {
    return List.of(new Value(layer.left(), layout), new Value(layer.right(), layout));
  }

  @Override
  public String kernel() {
    return "multiply";
  }

  @Override
  public boolean canOverwrite(Value input) {
    return right.equals(shape) || input.name().equals(layer.left());
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] left = buffers.value(reads().getFirst());
    float[] factors = buffers.value(reads().getLast());
    float[] out = buffers.value(output());
    int floats = layout.floats(shape);
    int channels = right.equals(shape) ? 0 : ChannelsLast.paddedChannels(shape.channels());
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        int from = (int) ((long) chunk * floats / shape.height());
        int end = (int) ((chunk + 1L) * floats / shape.height());
        if (right.equals(shape)) {
          for (int i = from; i < end; i++) {
            out[i] = left[i] * factors[i];
          }
          return;
        }
        boolean perChannel = right.channels() == shape.channels();
        for (int pixel = from / channels; pixel < end / channels; pixel++) {
          int at = pixel * channels;
          float factor = perChannel ? 0 : factors[pixel * ChannelsLast.CHANNEL_BLOCK];
          for (int c = 0; c < channels; c++) {
            out[at + c] = left[at + c] * (perChannel ? factors[c] : factor);
          }
        }
      }
    };
  }
}
