// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.method.Method;

/**
 * Fully connected layer with ternary or binary weights (output, feature) over the flattened input:
 * a convolution of one pixel. BatchNorms have one value per feature.
 *
 * @param name name of the layer
 * @param input value read
 * @param key prefix of its keys
 * @param outputChannels outputs
 * @param bias whether it has a bias
 * @param folds what stands around it
 * @param activations what becomes of the input
 * @param method how the weights were trained, {@link Method#AUTO} if that is to be found
 */
record TernaryLinear(
    String name,
    String input,
    String key,
    int outputChannels,
    boolean bias,
    Folds folds,
    Activations activations,
    Method method)
    implements TernaryLayer {
  static TernaryLinear read(LayerFields fields) throws JsonFormatException {
    return new TernaryLinear(
        fields.name(),
        fields.input(),
        fields.key(),
        fields.json().integer("outputs", 1),
        fields.bias(),
        Folds.read(fields),
        fields.normedActivations(),
        fields.method());
  }

  @Override
  public Window window() {
    return Window.square(1, 1, 0);
  }

  @Override
  public int groups() {
    return 1;
  }

  @Override
  public Shape convolved(Shape in) {
    return new Shape(in.size(), 1, 1);
  }
}
