package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.Layout;

/** A multiply-add or PReLU that stands alone, row by row. */
final class ChannelwiseOperation implements Operation {
  private final Layer layer;
  private final Shape shape;
  private final Epilogue epilogue;
  private final float[] scale;
  private final float[] shift;
  private final float[] slope;

  ChannelwiseOperation(Layer.Affine layer, Shape shape, Epilogue epilogue) {
    this(
        layer,
        shape,
        epilogue,
        Layout.padded(layer.scale(), 0),
        Layout.padded(layer.shift(), 0),
        null);
  }

  ChannelwiseOperation(Layer.PRelu layer, Shape shape, Epilogue epilogue) {
    this(layer, shape, epilogue, null, null, Layout.padded(layer.slope(), 0));
  }

  private ChannelwiseOperation(
      Layer layer, Shape shape, Epilogue epilogue, float[] scale, float[] shift, float[] slope) {
    this.layer = layer;
    this.shape = shape;
    this.epilogue = epilogue;
    this.scale = scale;
    this.shift = shift;
    this.slope = slope;
  }

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
    return slope == null ? "multiply-add" : "prelu";
  }

  @Override
  public boolean canOverwrite(String input) {
    return true;
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] in = buffers.value(layer.inputs().getFirst());
    float[] out = buffers.value(layer.name());
    int channels = Layout.paddedChannels(shape.channels());
    int row = shape.width() * channels;
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        if (in != out) {
          System.arraycopy(in, y * row, out, y * row, row);
        }
        epilogue.inPlace(out, y * row, shape.width(), channels, scale, shift, slope);
      }
    };
  }
}
