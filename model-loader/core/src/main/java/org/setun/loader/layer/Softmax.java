// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.loader.json.JsonFormatException;

/**
 * Softmax over the channels; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 */
record Softmax(String name, String input) implements BareLayer.Unary {
  static Softmax read(LayerFields fields) throws JsonFormatException {
    return new Softmax(fields.name(), fields.input());
  }

  @Override
  public Layer layer() {
    return new Layer.Softmax(name, input, false);
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    int pixels = in.shape().pixels();
    float[] out = new float[in.data().length];
    for (int p = 0; p < pixels; p++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = p; i < out.length; i += pixels) {
        largest = Math.max(largest, in.data()[i]);
      }
      double sum = 0;
      for (int i = p; i < out.length; i += pixels) {
        sum += Math.exp(in.data()[i] - largest);
      }
      for (int i = p; i < out.length; i += pixels) {
        out[i] = (float) (Math.exp(in.data()[i] - largest) / sum);
      }
    }
    return new Value(in.shape(), out);
  }

  /** A share moves by at most half of the largest move: {@code p·(1 - p) + p·(1 - p)}. */
  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    int pixels = slack.shape().pixels();
    float[] out = new float[slack.data().length];
    for (int p = 0; p < pixels; p++) {
      float largest = 0;
      for (int i = p; i < out.length; i += pixels) {
        largest = Math.max(largest, slack.data()[i]);
      }
      for (int i = p; i < out.length; i += pixels) {
        out[i] = largest / 2;
      }
    }
    return new Value(slack.shape(), out);
  }
}
