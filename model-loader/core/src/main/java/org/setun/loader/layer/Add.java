// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.loader.json.JsonFormatException;

/**
 * Sum of two values; no parameters.
 *
 * @param name name of the layer
 * @param left first value
 * @param right second value
 */
record Add(String name, String left, String right) implements BareLayer {
  static Add read(LayerFields fields) throws JsonFormatException {
    List<String> inputs = fields.twoInputs();
    return new Add(fields.name(), inputs.getFirst(), inputs.getLast());
  }

  @Override
  public List<String> inputs() {
    return List.of(left, right);
  }

  @Override
  public Layer.Add layer() {
    return new Layer.Add(name, left, right);
  }

  @Override
  public Value reference(List<Value> in, Tensors tensors) {
    return PlainMath.combine(in.getFirst(), in.getLast(), Double::sum);
  }

  @Override
  public Value slack(List<Value> in, List<Value> slack, Tensors tensors) {
    return reference(slack, tensors);
  }
}
