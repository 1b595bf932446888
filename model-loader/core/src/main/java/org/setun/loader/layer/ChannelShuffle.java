// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.json.JsonFormatException;

/**
 * Channel {@code i} of group {@code g} becomes channel {@code i * groups + g}, as in ShuffleNet; no
 * parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param groups groups of channels
 */
record ChannelShuffle(String name, String input, int groups) implements UnaryLayer {
  static ChannelShuffle read(LayerFields fields) throws JsonFormatException {
    return new ChannelShuffle(fields.name(), fields.input(), fields.json().integer("groups", 1));
  }

  @Override
  public Shape outputShape(Shape in) {
    Groups.check(groups, in.channels(), in.channels());
    return in;
  }

  /** The channel read for each channel made. */
  private int[] order(int channels) {
    int[] order = new int[channels];
    for (int c = 0; c < channels; c++) {
      order[c] = c % groups * (channels / groups) + c / groups;
    }
    return order;
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) {
    parameters.give(in.channels());
    return OneLayer.of(() -> new Layer.ChannelSelection(name, input, order(in.channels())));
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    int[] order = order(in.shape().channels());
    int pixels = in.shape().pixels();
    float[] out = new float[in.data().length];
    for (int c = 0; c < order.length; c++) {
      System.arraycopy(in.data(), order[c] * pixels, out, c * pixels, pixels);
    }
    return new Value(in.shape(), out);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return reference(slack, tensors);
  }
}
