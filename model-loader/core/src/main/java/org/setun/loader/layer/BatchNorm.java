// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.json.JsonFormatException;

/**
 * A BatchNorm that stands alone; reads {@code weight}, {@code bias}, {@code running_mean} and
 * {@code running_var} under its key.
 *
 * @param name name of the layer
 * @param input value read
 * @param key prefix of its keys
 * @param epsilon ε
 * @param affine whether it has γ and β, {@code weight} and {@code bias}; else they are 1 and 0
 */
record BatchNorm(String name, String input, String key, double epsilon, boolean affine)
    implements UnaryLayer {
  static BatchNorm read(LayerFields fields) throws JsonFormatException {
    return new BatchNorm(
        fields.name(),
        fields.input(),
        fields.key(),
        fields.epsilon(),
        fields.json().bool("affine", true));
  }

  @Override
  public Shape outputShape(Shape in) {
    return in;
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) throws CheckpointException {
    NormParameters norm = NormParameters.declare(parameters, key, in.channels(), epsilon, affine);
    return OneLayer.of(
        () -> {
          ChannelAffine folded = norm.affine();
          return new Layer.Affine(name, input, folded.floatScale(name), folded.floatShift(name));
        });
  }

  @Override
  public Value reference(Value in, Tensors tensors) throws CheckpointException {
    return PlainNorm.apply(tensors, key, epsilon, in);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) throws CheckpointException {
    return PlainNorm.slack(tensors, key, epsilon, slack);
  }
}
