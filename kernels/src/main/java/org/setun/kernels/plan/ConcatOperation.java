package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.op.Layout;

/**
 * Values one behind the other along the channels; channels behind the last one stay 0, which is
 * also how channels are padded.
 */
record ConcatOperation(Layer layer, List<Shape> parts, Shape out) implements Operation {
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
    return "copy";
  }

  @Override
  public Step bind(Buffers buffers) {
    List<float[]> sources = layer.inputs().stream().map(buffers::value).toList();
    float[] values = buffers.value(layer.name());
    int channels = Layout.paddedChannels(out.channels());
    return new Step() {
      @Override
      public int chunks() {
        return out.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        for (int pixel = y * out.width(); pixel < (y + 1) * out.width(); pixel++) {
          int to = pixel * channels;
          for (int i = 0; i < sources.size(); i++) {
            int count = parts.get(i).channels();
            System.arraycopy(
                sources.get(i), pixel * Layout.paddedChannels(count), values, to, count);
            to += count;
          }
          java.util.Arrays.fill(values, to, (pixel + 1) * channels, 0);
        }
      }
    };
  }
}
