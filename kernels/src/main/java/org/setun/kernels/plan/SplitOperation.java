package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.op.Deinterleave;

/** Lays out the input of an fp32 convolution, from the caller's image or from a value. */
record SplitOperation(String value, SplitInput input, Deinterleave deinterleave)
    implements Operation {
  @Override
  public String output() {
    return input.layer + " (input)";
  }

  @Override
  public List<String> layers() {
    return List.of();
  }

  @Override
  public List<String> reads() {
    return value.equals(NetworkGraph.INPUT) ? List.of() : List.of(value);
  }

  @Override
  public String kernel() {
    return "split";
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] split = buffers.split(input.layer);
    boolean image = value.equals(NetworkGraph.INPUT);
    float[] values = image ? null : buffers.value(value);
    return new Step() {
      @Override
      public int chunks() {
        return buffers.threads();
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        int end = (chunk + 1) * input.rows() / chunks();
        for (int y = chunk * input.rows() / chunks(); y < end; y++) {
          if (image) {
            input.splitImageRow(deinterleave, buffers.image(), buffers.imageOffset(), y, split);
          } else {
            input.splitValueRow(values, y, split);
          }
        }
      }
    };
  }
}
