// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import java.util.Set;
import org.setun.kernels.Layer.Linear;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.FloatLinear;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** Fully connected fp32 layer; a chunk is a panel of outputs. */
final class LinearOperation implements Operation {
  /** Index of the scratch's floats: the input without padding. */
  private static final int FEATURES = 0;

  private final String name;
  private final Value input;
  private final int outputs;
  private final Shape in;
  private final FloatLinear kernel;
  private final float[] weights;
  private final float[] bias;

  LinearOperation(Linear layer, Shape in, FloatLinear kernel) {
    this.name = layer.name();
    this.input = new Value(layer.input(), ChannelsLast.LAYOUT);
    this.outputs = layer.outputs();
    this.in = in;
    this.kernel = kernel;
    this.weights = pack(layer);
    this.bias = ChannelsLast.padded(layer.bias(), 0);
  }

  private LinearOperation(LinearOperation other, FloatLinear kernel) {
    this.name = other.name;
    this.input = other.input;
    this.outputs = other.outputs;
    this.in = other.in;
    this.kernel = kernel;
    this.weights = other.weights;
    this.bias = other.bias;
  }

  /** Panels of outputs; the features' order changes from (channel, pixel) to (pixel, channel). */
  private float[] pack(Linear layer) {
    int width = kernel.channels();
    int features = in.size();
    float[] packed =
        new float[Math.multiplyExact(Math.ceilDiv(layer.outputs(), width) * width, features)];
    for (int o = 0; o < layer.outputs(); o++) {
      for (int f = 0; f < features; f++) {
        int pixel = f / in.channels();
        int channel = f % in.channels();
        packed[(o / width * features + f) * width + o % width] =
            layer.weights()[o * features + channel * in.pixels() + pixel];
      }
    }
    return packed;
  }

  @Override
  public Value output() {
    return new Value(name, ChannelsLast.LAYOUT);
  }

  @Override
  public List<String> layers() {
    return List.of(name);
  }

  @Override
  public List<Value> reads() {
    return List.of(input);
  }

  @Override
  public long macs() {
    return (long) outputs * in.size();
  }

  @Override
  public String kernel() {
    return "linear";
  }

  @Override
  public long parameterBytes() {
    return 4L * weights.length + 4L * bias.length;
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of(FloatLinear.class);
  }

  @Override
  public void scratch(Scratch.Need need) {
    need.floats(FEATURES, in.size());
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new LinearOperation(this, kernels.linear());
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(input);
    float[] out = buffers.value(output());
    int padded = ChannelsLast.paddedChannels(in.channels());
    return new Step() {
      @Override
      public int chunks() {
        return Math.ceilDiv(outputs, ChannelsLast.CHANNEL_BLOCK);
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        float[] features = values;
        if (padded != in.channels()) {
          features = scratch.floats(FEATURES);
          for (int pixel = 0; pixel < in.pixels(); pixel++) {
            System.arraycopy(
                values, pixel * padded, features, pixel * in.channels(), in.channels());
          }
        }
        int width = kernel.channels();
        int end = Math.min((chunk + 1) * ChannelsLast.CHANNEL_BLOCK, outputs);
        for (int o = chunk * ChannelsLast.CHANNEL_BLOCK; o < end; o += width) {
          kernel.panel(features, in.size(), weights, o * in.size(), bias, out, o);
        }
      }
    };
  }
}
