package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Shape;
import org.setun.kernels.op.Layout;

/** Sum of two values that no product's epilogue takes up. A plain loop: C2 vectorizes it. */
record AddOperation(Add layer, Shape shape) implements Operation {
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
    return "add";
  }

  @Override
  public boolean canOverwrite(String input) {
    return true;
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] left = buffers.value(layer.left());
    float[] right = buffers.value(layer.right());
    float[] out = buffers.value(layer.name());
    int row = shape.width() * Layout.paddedChannels(shape.channels());
    return new Step() {
      @Override
      public int chunks() {
        return shape.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        for (int i = y * row; i < (y + 1) * row; i++) {
          out[i] = left[i] + right[i];
        }
      }
    };
  }
}
