// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import java.util.Set;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** A multiply-add or PReLU that stands alone, row by row of a {@link ChannelsLast} value. */
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
        ChannelsLast.padded(layer.scale(), 0),
        ChannelsLast.padded(layer.shift(), 0),
        null);
  }

  ChannelwiseOperation(Layer.PRelu layer, Shape shape, Epilogue epilogue) {
    this(layer, shape, epilogue, null, null, ChannelsLast.padded(layer.slope(), 0));
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
    return slope == null ? "multiply-add" : "prelu";
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of(Epilogue.class);
  }

  @Override
  public boolean canOverwrite(Value input) {
    return true;
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new ChannelwiseOperation(layer, shape, kernels.epilogue(), scale, shift, slope);
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] in = buffers.value(reads().getFirst());
    float[] out = buffers.value(output());
    int channels = ChannelsLast.paddedChannels(shape.channels());
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
        epilogue.inPlace(out, y * row, shape.width(), channels, 0, channels, scale, shift, slope);
      }
    };
  }
}
