// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.family.PlanePacker;
import org.setun.kernels.family.RowPacker;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Transposition;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Makes a value in a second layout, and the trits of the ternary convolutions that read it there. A
 * chunk is a block of {@link ChannelsLast#CHANNEL_BLOCK} channels; in it, row by row is transposed,
 * which stays in the first-level cache on both sides.
 *
 * @param value the value that is there
 * @param shape its shape
 * @param layout the other layout
 * @param targets trits to make of the result
 * @param transposition kernel
 */
record ConvertOperation(
    Value value, Shape shape, Layout layout, List<TritMap> targets, Transposition transposition)
    implements Operation {
  @Override
  public Value output() {
    return new Value(value.name(), layout);
  }

  @Override
  public String name() {
    return output().toString();
  }

  @Override
  public List<String> layers() {
    return List.of();
  }

  @Override
  public List<Value> reads() {
    return List.of(value);
  }

  @Override
  public String kernel() {
    return "transpose";
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of(Transposition.class);
  }

  @Override
  public void scratch(Scratch.Need need) {
    if (layout == Planar.LAYOUT && !targets.isEmpty()) {
      PlanePacker.scratch(need, shape.height(), shape.width());
    }
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new ConvertOperation(
        value, shape, layout, TritMap.on(targets, kernels), kernels.transposition());
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] in = buffers.value(value);
    float[] out = buffers.value(output());
    return layout == Planar.LAYOUT
        ? toPlanar(in, out, new PlanePacker(targets, buffers, out))
        : toChannelsLast(in, out, new RowPacker(targets, buffers, out, shape.width()));
  }

  private Step toPlanar(float[] in, float[] out, PlanePacker packer) {
    int channels = ChannelsLast.paddedChannels(shape.channels());
    int pitch = Planar.pitch(shape.width());
    int plane = Planar.plane(shape);
    return new Blocks() {
      @Override
      void run(int first, int end, Scratch scratch) {
        for (int y = 0; y < shape.height(); y++) {
          transposition.transpose(
              in,
              y * shape.width() * channels + first,
              channels,
              shape.width(),
              end - first,
              out,
              first * plane + y * pitch,
              plane);
        }
        for (int row = first * shape.height(); row < end * shape.height(); row++) {
          Arrays.fill(out, row * pitch + shape.width(), (row + 1) * pitch, 0);
        }
        for (int c = first; c < end; c++) {
          packer.pack(c, 0, shape.height(), scratch);
        }
      }
    };
  }

  private Step toChannelsLast(float[] in, float[] out, RowPacker packer) {
    int channels = ChannelsLast.paddedChannels(shape.channels());
    int pitch = Planar.pitch(shape.width());
    int plane = Planar.plane(shape);
    return new Blocks() {
      @Override
      void run(int first, int end, Scratch scratch) {
        int blockEnd = first + ChannelsLast.CHANNEL_BLOCK;
        for (int y = 0; y < shape.height(); y++) {
          transposition.transpose(
              in,
              first * plane + y * pitch,
              plane,
              end - first,
              shape.width(),
              out,
              y * shape.width() * channels + first,
              channels);
          for (int x = 0; end < blockEnd && x < shape.width(); x++) {
            int pixel = (y * shape.width() + x) * channels;
            Arrays.fill(out, pixel + end, pixel + blockEnd, 0);
          }
          packer.pack(y, first, blockEnd);
        }
      }
    };
  }

  /** Blocks of channels. */
  private abstract class Blocks implements Step {
    @Override
    public int chunks() {
      return Math.ceilDiv(shape.channels(), ChannelsLast.CHANNEL_BLOCK);
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int first = chunk * ChannelsLast.CHANNEL_BLOCK;
      run(first, Math.min(first + ChannelsLast.CHANNEL_BLOCK, shape.channels()), scratch);
    }

    /** Converts channels {@code first} to {@code end}, exclusive. */
    abstract void run(int first, int end, Scratch scratch);
  }
}
