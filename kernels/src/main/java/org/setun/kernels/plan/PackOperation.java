// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Shape;
import org.setun.kernels.family.PlanePacker;
import org.setun.kernels.family.RowPacker;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Ternarizes and packs a value for one ternary convolution, where the operation that made the value
 * could not do it.
 */
record PackOperation(Value value, Shape shape, TritMap target) implements Operation {
  @Override
  public Value output() {
    return null;
  }

  @Override
  public String name() {
    return target.convolution() + " (input)";
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
    return "ternarize";
  }

  @Override
  public void scratch(Scratch.Need need) {
    if (value.layout() == Planar.LAYOUT) {
      PlanePacker.scratch(need, shape.height(), shape.width());
    }
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new PackOperation(value, shape, target.on(kernels));
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(value);
    return value.layout() == Planar.LAYOUT
        ? planes(new PlanePacker(List.of(target), buffers, values))
        : rows(new RowPacker(List.of(target), buffers, values, shape.width()));
  }

  private Step planes(PlanePacker packer) {
    return new Step() {
      @Override
      public int chunks() {
        return shape.channels();
      }

      @Override
      public void run(int channel, Scratch scratch) {
        packer.pack(channel, 0, shape.height(), scratch);
      }
    };
  }

  private Step rows(RowPacker packer) {
    int channels = ChannelsLast.paddedChannels(shape.channels());
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        packer.pack(y, 0, channels);
      }
    };
  }
}
