// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.ActivationFunction;
import org.setun.kernels.Layer;
import org.setun.loader.json.JsonFormatException;

/**
 * A function of every value; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param function the function
 * @param parameters what it takes besides the value
 */
record Activation(String name, String input, ActivationFunction function, float[] parameters)
    implements BareLayer.Unary {
  static Activation readClamp(LayerFields fields) throws JsonFormatException {
    double low = fields.json().number("low", -1);
    double high = fields.json().number("high", 1);
    if (low > high) {
      throw fields.json().error("low", "is above high");
    }
    return of(fields, ActivationFunction.CLAMP, low, high);
  }

  static Activation readGelu(LayerFields fields) throws JsonFormatException {
    boolean tanh = fields.json().bool("tanh", false);
    return of(fields, tanh ? ActivationFunction.GELU_TANH : ActivationFunction.GELU);
  }

  static Activation readElu(LayerFields fields) throws JsonFormatException {
    return of(fields, ActivationFunction.ELU, fields.json().number("alpha", 1));
  }

  static Activation of(LayerFields fields, ActivationFunction function, double... parameters)
      throws JsonFormatException {
    float[] values = new float[parameters.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) parameters[i];
    }
    return new Activation(fields.name(), fields.input(), function, values);
  }

  @Override
  public Layer layer() {
    return new Layer.Activation(name, input, function, parameters);
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    return PlainMath.map(in, this::plain);
  }

  /** As PyTorch writes them. */
  private double plain(double x) {
    return switch (function) {
      case CLAMP -> Math.max(parameters[0], Math.min(parameters[1], x));
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SILU -> x / (1 + Math.exp(-x));
      case HARD_SIGMOID -> Math.max(0, Math.min(6, x + 3)) / 6;
      case HARD_SWISH -> x * Math.max(0, Math.min(6, x + 3)) / 6;
      case GELU -> x * PlainMath.normalDistribution(x);
      case GELU_TANH ->
          x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
      case ELU -> x < 0 ? parameters[0] * Math.expm1(x) : x;
      case SOFTPLUS -> x > 30 ? x : Math.log1p(Math.exp(x));
      default -> throw new IllegalStateException(function + " is not in descriptions");
    };
  }

  /** No slope of these is above hard swish's 1.5, but ELU's, which is its parameter. */
  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    double steepest =
        function == ActivationFunction.ELU ? Math.max(1, Math.abs(parameters[0])) : 1.5;
    return PlainMath.map(slack, x -> x * steepest);
  }
}
