package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Shape;
import org.setun.kernels.op.Layout;
import org.setun.kernels.op.Ternarizer;

/**
 * Ternarizes and packs a value for one ternary convolution, where the operation that made the value
 * could not do it.
 */
record PackOperation(String value, Shape shape, PackedInput target, Ternarizer ternarizer)
    implements Operation {
  @Override
  public String output() {
    return target.layer + " (input)";
  }

  @Override
  public List<String> layers() {
    return List.of();
  }

  @Override
  public List<String> reads() {
    return List.of(value);
  }

  @Override
  public String kernel() {
    return "ternarize";
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] values = buffers.value(value);
    int channels = Layout.paddedChannels(shape.channels());
    RowPacker packer = new RowPacker(ternarizer, List.of(target), buffers, values);
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
