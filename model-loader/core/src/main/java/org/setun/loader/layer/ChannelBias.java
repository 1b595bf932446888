// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Arrays;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.json.JsonFormatException;

/**
 * A trained shift per channel, as ReActNet has them before its signs and around its PReLUs; reads
 * {@code key.bias}, of any extents with one value per channel.
 *
 * @param name name of the layer
 * @param input value read
 * @param key prefix of its key
 * @param negative whether it is subtracted
 */
record ChannelBias(String name, String input, String key, boolean negative) implements UnaryLayer {
  static ChannelBias read(LayerFields fields) throws JsonFormatException {
    return new ChannelBias(
        fields.name(), fields.input(), fields.key(), fields.json().bool("negative", false));
  }

  @Override
  public Shape outputShape(Shape in) {
    return in;
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) throws CheckpointException {
    parameters.give(in.channels());
    Parameter bias = parameters.requireValues(key + ".bias", in.channels());
    return OneLayer.of(
        () -> {
          float[] scale = new float[in.channels()];
          Arrays.fill(scale, 1);
          return new Layer.Affine(name, input, scale, signed(bias.floats()));
        });
  }

  private float[] signed(float[] bias) {
    float[] signed = bias.clone();
    for (int c = 0; negative && c < signed.length; c++) {
      signed[c] = -signed[c];
    }
    return signed;
  }

  @Override
  public Value reference(Value in, Tensors tensors) throws CheckpointException {
    float[] bias = tensors.floats(key + ".bias");
    return PlainMath.perChannel(in, (c, x) -> negative ? x - bias[c] : x + bias[c]);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return slack;
  }
}
