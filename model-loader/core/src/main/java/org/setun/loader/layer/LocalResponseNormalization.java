// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.loader.json.JsonFormatException;

/**
 * Local response normalization over the channels; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param size channels of a sum, odd
 * @param alpha factor of the mean of squares
 * @param beta exponent
 * @param bias what is added
 */
record LocalResponseNormalization(
    String name, String input, int size, float alpha, float beta, float bias)
    implements BareLayer.Unary {
  static LocalResponseNormalization read(LayerFields fields) throws JsonFormatException {
    int size = fields.json().integer("size", 1);
    if (size % 2 == 0) {
      throw fields
          .json()
          .error("size", "must be odd: PyTorch and ONNX differ in where an even window stands");
    }
    return new LocalResponseNormalization(
        fields.name(),
        fields.input(),
        size,
        (float) fields.json().number("alpha", 1e-4),
        (float) fields.json().number("beta", 0.75),
        (float) fields.json().number("bias", 1));
  }

  @Override
  public Layer layer() {
    return new Layer.LocalResponseNormalization(name, input, size, alpha, beta, bias);
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    int pixels = in.shape().pixels();
    float[] out = new float[in.data().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (in.data()[i] * Math.pow(base(in, i / pixels, i % pixels), -beta));
    }
    return new Value(in.shape(), out);
  }

  private double base(Value in, int channel, int pixel) {
    double squares = 0;
    int first = channel - size / 2;
    for (int c = Math.max(0, first); c < Math.min(in.shape().channels(), first + size); c++) {
      double x = in.data()[c * in.shape().pixels() + pixel];
      squares += x * x;
    }
    return bias + alpha * squares / size;
  }

  /**
   * With α not below 0 and β of 0 to 2, {@code x·s^-β} moves by at most {@code bias^-β·(1 +
   * β·size)} times the largest move of what it reads, since {@code 2|x·y|·α/size ≤ s} for two of
   * one sum.
   */
  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    double factor = Math.pow(bias, -beta) * (1 + beta * size);
    int channels = slack.shape().channels();
    int pixels = slack.shape().pixels();
    float[] out = new float[slack.data().length];
    for (int i = 0; i < out.length; i++) {
      float largest = 0;
      int first = Math.max(0, i / pixels - size);
      for (int c = first; c <= Math.min(channels - 1, i / pixels + size); c++) {
        largest = Math.max(largest, slack.data()[c * pixels + i % pixels]);
      }
      out[i] = (float) (largest * factor);
    }
    return new Value(slack.shape(), out);
  }
}
