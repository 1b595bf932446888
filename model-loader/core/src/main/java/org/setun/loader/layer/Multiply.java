// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.json.JsonFormatException;

/**
 * Product of two values of one shape; the second may also have one pixel or one channel. No
 * parameters.
 *
 * @param name name of the layer
 * @param left first value
 * @param right second value
 */
record Multiply(String name, String left, String right) implements BareLayer {
  static Multiply read(LayerFields fields) throws JsonFormatException {
    List<String> inputs = fields.twoInputs();
    return new Multiply(fields.name(), inputs.getFirst(), inputs.getLast());
  }

  @Override
  public List<String> inputs() {
    return List.of(left, right);
  }

  @Override
  public Layer.Multiply layer() {
    return new Layer.Multiply(name, left, right);
  }

  @Override
  public Value reference(List<Value> in, Tensors tensors) {
    return PlainMath.combine(in.getFirst(), spread(in), (x, y) -> x * y);
  }

  /** The second value, repeated to the shape of the first. */
  private static Value spread(List<Value> in) {
    Shape shape = in.getFirst().shape();
    Value factor = in.getLast();
    if (factor.shape().equals(shape)) {
      return factor;
    }
    boolean perPixel = factor.shape().channels() == 1 && factor.shape().pixels() > 1;
    Value spread = Value.zeros(shape);
    for (int i = 0; i < spread.data().length; i++) {
      int pixels = shape.pixels();
      spread.data()[i] = factor.data()[perPixel ? i % pixels : i / pixels % factor.data().length];
    }
    return spread;
  }

  /** {@code |a|·δb + |b|·δa + δa·δb}. */
  @Override
  public Value slack(List<Value> in, List<Value> slack, Tensors tensors) {
    Value a = in.getFirst();
    Value b = spread(in);
    Value moveA = slack.getFirst();
    Value moveB = spread(slack);
    Value sum = Value.zeros(a.shape());
    for (int i = 0; i < sum.data().length; i++) {
      sum.data()[i] =
          Math.abs(a.data()[i]) * moveB.data()[i]
              + Math.abs(b.data()[i]) * moveA.data()[i]
              + moveA.data()[i] * moveB.data()[i];
    }
    return sum;
  }
}
