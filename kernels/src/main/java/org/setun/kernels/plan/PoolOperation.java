package org.setun.kernels.plan;

import java.util.List;
import java.util.Set;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.RowPooling;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** Pooling of a {@link ChannelsLast} value, row by row. */
record PoolOperation(
    Layer layer, Window window, boolean maximum, Shape in, Shape out, Pooling kernels)
    implements Operation {
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
          pooling.average(values, y, scratch, result, y * row);
        }
      }
    };
  }
}
