// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Arrays;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** Channels in another order, in any layout. */
record SelectionOperation(Layer.ChannelSelection layer, Shape in, Layout layout)
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
    return List.of(new Value(layer.input(), layout));
  }

  @Override
  public String kernel() {
    return "copy";
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(reads().getFirst());
    float[] out = buffers.value(output());
    int[] channels = layer.channels();
    if (layout == Planar.LAYOUT) {
      int plane = Planar.plane(in);
      return new Step() {
        @Override
        public int chunks() {
          return channels.length;
        }

        @Override
        public void run(int c, Scratch scratch) {
          System.arraycopy(values, channels[c] * plane, out, c * plane, plane);
        }
      };
    }
    int from = ChannelsLast.paddedChannels(in.channels());
    int to = ChannelsLast.paddedChannels(channels.length);
    return new Step() {
      @Override
      public int chunks() {
        return in.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        for (int pixel = y * in.width(); pixel < (y + 1) * in.width(); pixel++) {
          for (int c = 0; c < channels.length; c++) {
            out[pixel * to + c] = values[pixel * from + channels[c]];
          }
          Arrays.fill(out, pixel * to + channels.length, (pixel + 1) * to, 0);
        }
      }
    };
  }
}
