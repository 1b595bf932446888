// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.json.JsonFormatException;

/**
 * Full-precision convolution; reads {@code key.weight} and {@code key.bias}.
 *
 * @param name name of the layer
 * @param input value read
 * @param key prefix of its keys
 * @param outputChannels output channels
 * @param window kernel, stride, padding and dilation
 * @param groups groups of channels that are convolved apart, 1 for all together
 * @param bias whether it has a bias
 */
record Convolution(
    String name,
    String input,
    String key,
    int outputChannels,
    Window window,
    int groups,
    boolean bias)
    implements UnaryLayer {
  static Convolution read(LayerFields fields) throws JsonFormatException {
    return new Convolution(
        fields.name(),
        fields.input(),
        fields.key(),
        fields.outputChannels(),
        fields.convolutionWindow(),
        fields.groups(),
        fields.bias());
  }

  @Override
  public Shape outputShape(Shape in) {
    Groups.check(groups, in.channels(), outputChannels);
    return window.outputShape(in, outputChannels);
  }

  @Override
  public PendingLayers declare(Parameters parameters, Shape in) throws CheckpointException {
    Parameter weights =
        parameters.require(
            key + ".weight",
            outputChannels,
            in.channels() / groups,
            window.kernelHeight(),
            window.kernelWidth());
    Parameter.Values biases = parameters.requireBias(bias, key, outputChannels);
    return _ -> Groups.layers(name, input, in, window, groups, weights.floats(), biases.read());
  }

  @Override
  public Value reference(Value in, Tensors tensors) throws CheckpointException {
    Value sums =
        PlainMath.convolve(in, tensors.floats(key + ".weight"), outputChannels, window, groups);
    return bias ? PlainMath.addPerChannel(sums, tensors.floats(key + ".bias")) : sums;
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) throws CheckpointException {
    float[] weights = PlainMath.absolute(tensors.floats(key + ".weight"));
    return PlainMath.convolve(slack, weights, outputChannels, window, groups);
  }
}
