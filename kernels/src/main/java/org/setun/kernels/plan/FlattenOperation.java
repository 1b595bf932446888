// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Arrays;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** All values as channels of one pixel, from {@link ChannelsLast} to {@link ChannelsLast}. */
record FlattenOperation(Layer.Flatten layer, Shape in) implements Operation {
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
    return "transpose";
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(reads().getFirst());
    float[] out = buffers.value(output());
    return new Step() {
      @Override
      public int chunks() {
        return 1;
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        ChannelsLast.LAYOUT.toNchw(in, values, out, 0);
        Arrays.fill(out, in.size(), out.length, 0);
      }
    };
  }
}
