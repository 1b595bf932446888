// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.method.Method;

/**
 * Convolution with ternary or binary weights.
 *
 * @param name name of the layer
 * @param input value read
 * @param key prefix of its keys
 * @param outputChannels output channels
 * @param window kernel, stride, padding and dilation
 * @param groups groups of channels that are convolved apart, 1 for all together
 * @param bias whether it has a bias
 * @param folds what stands around it
 * @param activations what becomes of the input
 * @param method how the weights were trained, {@link Method#AUTO} if that is to be found
 */
public record TernaryConvolution(
    String name,
    String input,
    String key,
    int outputChannels,
    Window window,
    int groups,
    boolean bias,
    Folds folds,
    Activations activations,
    Method method)
    implements TernaryLayer {
  static TernaryConvolution read(LayerFields fields) throws JsonFormatException {
    return new TernaryConvolution(
        fields.name(),
        fields.input(),
        fields.key(),
        fields.outputChannels(),
        fields.convolutionWindow(),
        fields.groups(),
        fields.bias(),
        Folds.read(fields),
        fields.normedActivations(),
        fields.method());
  }

  @Override
  public Shape convolved(Shape in) {
    return in;
  }
}
