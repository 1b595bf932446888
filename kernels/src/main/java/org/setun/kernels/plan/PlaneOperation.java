// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.PlanarEpilogue;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * A multiply-add or PReLU that stands alone, plane by plane of a {@link Planar} value: {@code y =
 * fma(x, scale, shift)} or {@code y = x < 0 ? x * slope : x}. Plain loops: C2 vectorizes them.
 */
final class PlaneOperation implements Operation {
  private final Layer layer;
  private final Shape shape;
  private final float[] scale;
  private final float[] shift;
  private final float[] slope;

  PlaneOperation(Layer.Affine layer, Shape shape) {
    this(layer, shape, layer.scale(), layer.shift(), null);
  }

  PlaneOperation(Layer.PRelu layer, Shape shape) {
    this(layer, shape, null, null, layer.slope());
  }

  private PlaneOperation(Layer layer, Shape shape, float[] scale, float[] shift, float[] slope) {
    this.layer = layer;
    this.shape = shape;
    this.scale = scale;
    this.shift = shift;
    this.slope = slope;
  }

  @Override
  public Value output() {
    return new Value(layer.name(), Planar.LAYOUT);
  }

  @Override
  public List<String> layers() {
    return List.of(layer.name());
  }

  @Override
  public List<Value> reads() {
    return List.of(new Value(layer.inputs().getFirst(), Planar.LAYOUT));
  }

  @Override
  public String kernel() {
    return slope == null ? "multiply-add" : "prelu";
  }

  @Override
  public boolean canOverwrite(Value input) {
    return true;
  }

  @Override
  public Step bind(Buffers buffers) {
    float[] in = buffers.value(reads().getFirst());
    float[] out = buffers.value(output());
    int plane = Planar.plane(shape);
    return new Step() {
      @Override
      public int chunks() {
        return shape.channels();
      }

      @Override
      public void run(int c, Scratch scratch) {
        if (slope == null) {
          PlanarEpilogue.multiplyAdd(in, out, c * plane, (c + 1) * plane, scale[c], shift[c]);
        } else {
          prelu(in, out, c * plane, (c + 1) * plane, slope[c]);
        }
      }
    };
  }

  private static void prelu(float[] in, float[] out, int from, int end, float slope) {
    for (int i = from; i < end; i++) {
      float x = in[i];
      out[i] = x < 0 ? x * slope : x;
    }
  }
}
