// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Arrays;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;

/**
 * Trits as fp32 values, -1, 0 and +1, for layers that do not make them by themselves; no
 * parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param activations the rule, not {@link Activations#FLOAT}
 */
record Ternarize(String name, String input, Activations activations) implements UnaryLayer {
  static Ternarize read(LayerFields fields) throws JsonFormatException {
    Activations activations = fields.activations();
    if (activations == Activations.FLOAT) {
      throw fields.json().error("activations", "must make trits");
    }
    return new Ternarize(fields.name(), fields.input(), activations);
  }

  @Override
  public Shape outputShape(Shape in) {
    return in;
  }

  /** The kernels make trits where a ternary convolution reads: here one that changes nothing. */
  @Override
  public PendingLayers declare(Parameters parameters, Shape in) {
    int channels = in.channels();
    parameters.give(Math.multiplyExact(channels, channels));
    return OneLayer.of(
        () -> {
          float[] ones = new float[channels];
          Arrays.fill(ones, 1);
          return new Layer.TernaryConvolution(
              name,
              input,
              Window.square(1, 1, 0),
              Thresholds.plain(activations.rule().orElseThrow(), channels),
              Groups.identity(channels),
              ones,
              new float[channels]);
        });
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    return PlainMath.map(in, activations::apply);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return activations.turning(in, PlainMath.map(slack, x -> x + BAND));
  }

  @Override
  public boolean makesTrits() {
    return true;
  }
}
