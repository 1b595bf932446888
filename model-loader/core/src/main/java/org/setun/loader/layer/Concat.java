// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.loader.json.JsonFormatException;

/**
 * Values one after the other along the channels; no parameters.
 *
 * @param name name of the layer
 * @param inputs values read, at least one
 */
record Concat(String name, List<String> inputs) implements BareLayer {
  /** Copies the list. */
  Concat {
    inputs = List.copyOf(inputs);
  }

  static Concat read(LayerFields fields) throws JsonFormatException {
    List<String> inputs = fields.inputs();
    if (inputs.isEmpty()) {
      throw fields.json().error("inputs", "must name at least one value");
    }
    return new Concat(fields.name(), inputs);
  }

  @Override
  public Layer.Concat layer() {
    return new Layer.Concat(name, inputs);
  }

  @Override
  public Value reference(List<Value> in, Tensors tensors) {
    Value joined = Value.zeros(outputShape(in.stream().map(Value::shape).toList()));
    int at = 0;
    for (Value part : in) {
      System.arraycopy(part.data(), 0, joined.data(), at, part.data().length);
      at += part.data().length;
    }
    return joined;
  }

  @Override
  public Value slack(List<Value> in, List<Value> slack, Tensors tensors) {
    return reference(slack, tensors);
  }
}
