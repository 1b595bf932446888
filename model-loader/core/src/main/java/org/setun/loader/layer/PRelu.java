// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.json.JsonFormatException;

/**
 * Parametric ReLU; reads {@code key.weight}, one slope per channel or one for all.
 *
 * @param name name of the layer
 * @param input value read
 * @param key prefix of its key
 */
record PRelu(String name, String input, String key) implements UnaryLayer {
  static PRelu read(LayerFields fields) throws JsonFormatException {
    return new PRelu(fields.name(), fields.input(), fields.key());
  }

  @Override
  public Shape outputShape(Shape in) {
    return in;
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) throws CheckpointException {
    Parameter slope = parameters.requireVector(key + ".weight", in.channels());
    return OneLayer.of(() -> new Layer.PRelu(name, input, slope.perChannel(in.channels())));
  }

  @Override
  public Value reference(Value in, Tensors tensors) throws CheckpointException {
    float[] slope = tensors.floats(key + ".weight");
    return PlainMath.perChannel(in, (c, x) -> x < 0 ? slope[slope.length == 1 ? 0 : c] * x : x);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) throws CheckpointException {
    float[] slope = PlainMath.absolute(tensors.floats(key + ".weight"));
    return PlainMath.perChannel(slack, (c, x) -> x * Math.max(1, slope[slope.length == 1 ? 0 : c]));
  }
}
