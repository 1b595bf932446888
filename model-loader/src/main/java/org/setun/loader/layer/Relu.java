package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.json.JsonFormatException;

/**
 * ReLU; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 */
record Relu(String name, String input) implements UnaryLayer {
  static Relu read(LayerFields fields) throws JsonFormatException {
    return new Relu(fields.name(), fields.input());
  }

  @Override
  public Shape outputShape(Shape in) {
    return in;
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) {
    parameters.give(in.channels());
    return OneLayer.of(() -> new Layer.PRelu(name, input, new float[in.channels()]));
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    return PlainMath.map(in, x -> x < 0 ? 0 : x);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return slack;
  }
}
