// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Set;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.FloatConvolution;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Scratch;

/** One row at a time, by sums over the taps. */
final class DirectRows implements ConvolutionRows {
  private final KernelSet kernels;
  private final FloatConvolution convolution;
  private final SplitInput input;
  private final Shape out;
  private final int channels;
  private final float[] weights;
  private final RowParameters parameters;

  /**
   * Packs a convolution.
   *
   * @param out shape of what it makes, before any pooling
   * @param scale with {@code shift}, of the multiply-add behind it, or {@code null}
   * @param slope of the PReLU behind it, or {@code null}
   */
  DirectRows(
      Convolution layer,
      SplitInput input,
      Shape out,
      KernelSet kernels,
      float[] scale,
      float[] shift,
      float[] slope) {
    this.kernels = kernels;
    this.convolution = kernels.convolution();
    this.input = input;
    this.out = out;
    this.channels = ChannelsLast.paddedChannels(out.channels());
    this.weights =
        input.packWeights(layer.weights(), layer.outputChannels(), convolution.channels());
    this.parameters = RowParameters.padded(layer.bias(), scale, shift, slope);
  }

  private DirectRows(DirectRows other, KernelSet kernels) {
    this.kernels = kernels;
    this.convolution = kernels.convolution();
    this.input = other.input;
    this.out = other.out;
    this.channels = other.channels;
    this.weights = other.weights;
    this.parameters = other.parameters;
  }

  @Override
  public ConvolutionRows on(KernelSet other) {
    return new DirectRows(this, other);
  }

  @Override
  public ConvolutionInput input() {
    return input;
  }

  @Override
  public int together() {
    return 1;
  }

  @Override
  public int rowFloats() {
    int tile = convolution.pixels();
    return Math.ceilDiv(out.width(), tile) * tile * channels;
  }

  @Override
  public String kernel() {
    return convolution.name();
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of(FloatConvolution.class, Epilogue.class);
  }

  @Override
  public long parameterBytes() {
    return 4L * weights.length + 4L * 4 * channels;
  }

  @Override
  public void scratch(Scratch.Need need) {}

  @Override
  public void make(int y, float[] in, float[] rows, int offset, Scratch scratch) {
    int width = convolution.channels();
    int tile = convolution.pixels();
    int taps = input.taps();
    for (int c = 0; c < out.channels(); c += width) {
      for (int next = 0; next < out.width(); next += tile) {
        int x = input.inPlace() ? Math.min(next, out.width() - tile) : next;
        convolution.tile(
            in,
            y * input.outputRowStride + x * input.pixelStride,
            input.pixelStride,
            input.tapOffsets,
            input.run,
            weights,
            c * taps,
            parameters.bias(),
            c,
            rows,
            offset + x * channels + c,
            channels);
      }
    }
    kernels
        .epilogue()
        .inPlace(
            rows,
            offset,
            out.width(),
            channels,
            0,
            channels,
            parameters.scale(),
            parameters.shift(),
            parameters.slope());
  }
}
