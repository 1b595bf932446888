// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.json.JsonFormatException;

/**
 * Fully connected layer over the flattened input; reads {@code key.weight} and {@code key.bias}.
 *
 * @param name name of the layer
 * @param input value read
 * @param key prefix of its keys
 * @param outputs number of outputs
 * @param bias whether it has a bias
 */
record Linear(String name, String input, String key, int outputs, boolean bias)
    implements UnaryLayer {
  static Linear read(LayerFields fields) throws JsonFormatException {
    return new Linear(
        fields.name(),
        fields.input(),
        fields.key(),
        fields.json().integer("outputs", 1),
        fields.bias());
  }

  @Override
  public Shape outputShape(Shape in) {
    return new Shape(outputs, 1, 1);
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) throws CheckpointException {
    Parameter weights = parameters.require(key + ".weight", outputs, in.size());
    Parameter.Values biases = parameters.requireBias(bias, key, outputs);
    return OneLayer.of(
        () -> new Layer.Linear(name, input, outputs, weights.floats(), biases.read()));
  }

  @Override
  public Value reference(Value in, Tensors tensors) throws CheckpointException {
    return PlainMath.linear(
        in, tensors.floats(key + ".weight"), bias ? tensors.floats(key + ".bias") : null, outputs);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) throws CheckpointException {
    return PlainMath.linear(
        slack, PlainMath.absolute(tensors.floats(key + ".weight")), null, outputs);
  }
}
