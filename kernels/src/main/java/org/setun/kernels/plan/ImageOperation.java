// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Arrays;
import java.util.List;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** Makes a value of the caller's image, NCHW, for layers that are not an fp32 convolution. */
record ImageOperation(Shape shape, Layout layout) implements Operation {
  @Override
  public Value output() {
    return new Value(NetworkGraph.INPUT, layout);
  }

  @Override
  public List<String> layers() {
    return List.of();
  }

  @Override
  public List<Value> reads() {
    return List.of();
  }

  @Override
  public String kernel() {
    return layout == Planar.LAYOUT ? "copy" : "transpose";
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] out = buffers.value(output());
    boolean planar = layout == Planar.LAYOUT;
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        float[] image = buffers.image();
        for (int c = 0; c < shape.channels(); c++) {
          int row = c * shape.height() + y;
          int from = buffers.imageOffset() + row * shape.width();
          if (planar) {
            int pitch = Planar.pitch(shape.width());
            System.arraycopy(image, from, out, row * pitch, shape.width());
            Arrays.fill(out, row * pitch + shape.width(), (row + 1) * pitch, 0);
          } else {
            scatter(image, from, out, y, c);
          }
        }
      }
    };
  }

  private void scatter(float[] image, int from, float[] out, int y, int channel) {
    int channels = ChannelsLast.paddedChannels(shape.channels());
    int to = y * shape.width() * channels + channel;
    for (int x = 0; x < shape.width(); x++) {
      out[to + x * channels] = image[from + x];
    }
  }
}
