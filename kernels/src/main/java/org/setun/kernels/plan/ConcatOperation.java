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

/**
 * Values one after the other along the channels; channels past the last one become 0, which is also
 * how channels are padded.
 */
record ConcatOperation(Layer layer, List<Shape> parts, Shape out, Layout layout)
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
    return layer.inputs().stream().map(name -> new Value(name, layout)).toList();
  }

  @Override
  public String kernel() {
    return "copy";
  }

  @Override
  public Step bind(Buffers buffers) {
    List<float[]> sources = reads().stream().map(buffers::value).toList();
    float[] values = buffers.value(output());
    return layout == Planar.LAYOUT ? planes(sources, values) : rows(sources, values);
  }

  /** A chunk is one part, or the zeros past the last one: planes are contiguous. */
  private Step planes(List<float[]> sources, float[] values) {
    int plane = Planar.plane(out);
    return new Step() {
      @Override
      public int chunks() {
        return sources.size() + 1;
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        int to = 0;
        for (int i = 0; i < chunk; i++) {
          to += parts.get(i).channels() * plane;
        }
        if (chunk < sources.size()) {
          int floats = parts.get(chunk).channels() * plane;
          System.arraycopy(sources.get(chunk), 0, values, to, floats);
        } else {
          Arrays.fill(values, to, out.channels() * plane, 0);
        }
      }
    };
  }

  private Step rows(List<float[]> sources, float[] values) {
    int channels = ChannelsLast.paddedChannels(out.channels());
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
                sources.get(i), pixel * ChannelsLast.paddedChannels(count), values, to, count);
            to += count;
          }
          Arrays.fill(values, to, (pixel + 1) * channels, 0);
        }
      }
    };
  }
}
