// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.loader.json.JsonFormatException;

/**
 * All values as channels of one pixel; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 */
record Flatten(String name, String input) implements BareLayer.Unary {
  static Flatten read(LayerFields fields) throws JsonFormatException {
    return new Flatten(fields.name(), fields.input());
  }

  @Override
  public Layer.Flatten layer() {
    return new Layer.Flatten(name, input);
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    return new Value(outputShape(in.shape()), in.data());
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return reference(slack, tensors);
  }
}
