// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Lays out the input of an fp32 convolution.
 *
 * @param value what it reads, or {@code null}: the caller's image
 */
record SplitOperation(Value value, ConvolutionInput input, Deinterleave deinterleave)
    implements Operation {
  @Override
  public Value output() {
    return null;
  }

  @Override
  public String name() {
    return input.layer() + " (input)";
  }

  @Override
  public List<String> layers() {
    return List.of();
  }

  @Override
  public List<Value> reads() {
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public String kernel() {
    return "split";
  }

  @Override
  public Set<Class<?>> uses() {
    return input.uses();
  }

  @Override
  public void memory(Buffers.Need need) {
    need.floats(input.memory(), input.size());
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new SplitOperation(value, input, kernels.deinterleave());
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] split = buffers.floats(input.memory());
    float[] values = value == null ? null : buffers.value(value);
    boolean planar = value != null && value.layout() == Planar.LAYOUT;
    Shape shape = input.shape();
    return new Step() {
      @Override
      public int chunks() {
        return buffers.threads();
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        int end = (chunk + 1) * shape.height() / chunks();
        for (int y = chunk * shape.height() / chunks(); y < end; y++) {
          if (value == null) {
            int offset = buffers.imageOffset();
            input.planarRow(deinterleave, buffers.image(), offset, shape.width(), y, split);
          } else if (planar) {
            int pitch = Planar.pitch(shape.width());
            input.planarRow(deinterleave, values, 0, pitch, y, split);
          } else {
            input.channelsLastRow(values, y, split);
          }
        }
      }
    };
  }
}
