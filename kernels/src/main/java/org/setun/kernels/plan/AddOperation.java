// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Sum of two values that no product's epilogue takes up, in any layout. A plain loop: C2 vectorizes
 * it.
 */
record AddOperation(Add layer, Shape shape, Layout layout) implements Operation {
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
    return List.of(new Value(layer.left(), layout), new Value(layer.right(), layout));
  }

  @Override
  public String kernel() {
    return "add";
  }

  @Override
  public boolean canOverwrite(Value input) {
    return true;
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] left = buffers.value(new Value(layer.left(), layout));
    float[] right = buffers.value(new Value(layer.right(), layout));
    float[] out = buffers.value(output());
    int floats = layout.floats(shape);
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        int end = (int) ((chunk + 1L) * floats / shape.height());
        for (int i = (int) ((long) chunk * floats / shape.height()); i < end; i++) {
          out[i] = left[i] + right[i];
        }
      }
    };
  }
}
