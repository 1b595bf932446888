// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Arrays;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.json.JsonFormatException;

/**
 * ReLU, with a slope below 0 that is not trained; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param slope factor for negative values, 0 for a plain ReLU
 */
record LeakyRelu(String name, String input, float slope) implements UnaryLayer {
  /** PyTorch's default. */
  private static final double SLOPE = 0.01;

  static LeakyRelu readPlain(LayerFields fields) throws JsonFormatException {
    return new LeakyRelu(fields.name(), fields.input(), 0);
  }

  static LeakyRelu read(LayerFields fields) throws JsonFormatException {
    return new LeakyRelu(
        fields.name(), fields.input(), (float) fields.json().number("slope", SLOPE));
  }

  @Override
  public Shape outputShape(Shape in) {
    return in;
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) {
    parameters.give(in.channels());
    return OneLayer.of(
        () -> {
          float[] slopes = new float[in.channels()];
          Arrays.fill(slopes, slope);
          return new Layer.PRelu(name, input, slopes);
        });
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    return PlainMath.map(in, x -> x < 0 ? slope * x : x);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return PlainMath.map(slack, x -> x * Math.max(1, Math.abs(slope)));
  }
}
