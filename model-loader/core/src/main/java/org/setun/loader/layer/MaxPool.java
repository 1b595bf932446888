// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;

/**
 * Maximum over a window; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param window the window
 */
record MaxPool(String name, String input, Window window) implements BareLayer.Unary {
  static MaxPool read(LayerFields fields) throws JsonFormatException {
    return new MaxPool(fields.name(), fields.input(), fields.ceiled(fields.poolWindow()));
  }

  static MaxPool readGlobal(LayerFields fields) throws JsonFormatException {
    return new MaxPool(fields.name(), fields.input(), fields.wholeInput());
  }

  @Override
  public Layer.MaxPool layer() {
    return new Layer.MaxPool(name, input, window);
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    return PlainMath.pool(in, window, Float.NEGATIVE_INFINITY, Math::max);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return reference(slack, tensors);
  }
}
