// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Arrays;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.json.JsonFormatException;

/**
 * Zeros appended after the last channel; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param channels channels of the result
 */
record ChannelPad(String name, String input, int channels) implements BareLayer.Unary {
  static ChannelPad read(LayerFields fields) throws JsonFormatException {
    return new ChannelPad(fields.name(), fields.input(), fields.outputChannels());
  }

  @Override
  public Layer.ChannelPad layer() {
    return new Layer.ChannelPad(name, input, channels);
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    Shape shape = outputShape(in.shape());
    return new Value(shape, Arrays.copyOf(in.data(), shape.size()));
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return reference(slack, tensors);
  }
}
