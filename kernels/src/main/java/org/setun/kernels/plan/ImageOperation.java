package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.op.Layout;

/**
 * Makes a value of the caller's image, for layers that are not an fp32 convolution: NCHW to NHWC.
 */
record ImageOperation(Shape shape) implements Operation {
  @Override
  public String output() {
    return NetworkGraph.INPUT;
  }

  @Override
  public List<String> layers() {
    return List.of();
  }

  @Override
  public List<String> reads() {
    return List.of();
  }

  @Override
  public String kernel() {
    return "transpose";
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] out = buffers.value(NetworkGraph.INPUT);
    int channels = Layout.paddedChannels(shape.channels());
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        float[] image = buffers.image();
        for (int c = 0; c < shape.channels(); c++) {
          int from = buffers.imageOffset() + (c * shape.height() + y) * shape.width();
          int to = y * shape.width() * channels + c;
          for (int x = 0; x < shape.width(); x++) {
            out[to + x * channels] = image[from + x];
          }
        }
      }
    };
  }
}
