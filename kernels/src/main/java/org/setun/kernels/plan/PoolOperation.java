package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.op.Layout;
import org.setun.kernels.op.Pooling;

/** Pooling of a value, row by row. */
record PoolOperation(
    Layer layer, Window window, boolean maximum, Shape in, Shape out, Pooling kernels)
    implements Operation {
  @Override
  public String output() {
    return layer.name();
  }

  @Override
  public List<String> layers() {
    return List.of(layer.name());
  }

  @Override
  public List<String> reads() {
    return layer.inputs();
  }

  @Override
  public String kernel() {
    return maximum ? "max pooling" : "average pooling";
  }

  @Override
  public void scratch(Scratch.Need need) {
    need.pooling(in.width() * Layout.paddedChannels(in.channels()), window.kernelHeight());
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(layer.inputs().getFirst());
    float[] result = buffers.value(layer.name());
    RowPooling pooling = new RowPooling(kernels, in, window);
    int row = out.width() * Layout.paddedChannels(out.channels());
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
