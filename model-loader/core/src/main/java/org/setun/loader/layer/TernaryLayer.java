// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.ArrayList;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.Tensor;
import org.setun.loader.method.LatentKernel;
import org.setun.loader.method.Method;
import org.setun.loader.method.WeightKeys;

/**
 * A layer with ternary or binary weights: what makes trits of its input, the product, and what
 * folds into them. Reads {@code key.weight}, or the latent pair {@code key_1.weight}, {@code
 * key_2.weight}, and their biases.
 */
public sealed interface TernaryLayer extends UnaryLayer permits TernaryConvolution, TernaryLinear {
  /** {@return the prefix of its keys} */
  String key();

  /** {@return the number of output channels} */
  int outputChannels();

  /** {@return kernel, stride, padding and dilation of the convolution that it is} */
  Window window();

  /** {@return the groups of channels that are convolved apart} */
  int groups();

  /** {@return whether it has a bias} */
  boolean bias();

  /** {@return what stands around it} */
  Folds folds();

  /** {@return what becomes of the input} */
  Activations activations();

  /** {@return how the weights were trained, {@link Method#AUTO} if that is to be found} */
  Method method();

  /**
   * What it convolves.
   *
   * @param in shape of the value read
   * @return that shape, or its values as channels of one pixel
   */
  Shape convolved(Shape in);

  /**
   * Reads one of its kernels.
   *
   * @param tensor the weights
   * @param in shape of the value read
   * @return the kernel, of one group's input channels
   * @throws CheckpointException if the tensor cannot be read
   */
  default LatentKernel kernel(Tensor tensor, Shape in) throws CheckpointException {
    return LatentKernel.read(
        tensor,
        outputChannels(),
        convolved(in).channels() / groups(),
        window().kernelHeight(),
        window().kernelWidth());
  }

  @Override
  default Shape outputShape(Shape in) {
    Shape shape = convolved(in);
    Groups.check(groups(), shape.channels(), outputChannels());
    return window().outputShape(shape, outputChannels());
  }

  @Override
  default boolean makesTrits() {
    return activations() != Activations.FLOAT;
  }

  @Override
  default PendingLayers declare(Parameters parameters, Shape in) throws CheckpointException {
    Shape shape = convolved(in);
    TernaryParameters ternary = TernaryParameters.declare(parameters, this, in);
    boolean flattened = !shape.equals(in);
    String input = flattened ? Groups.part(name(), "flatten") : input();
    return methods -> {
      List<Layer> layers = new ArrayList<>();
      if (flattened) {
        layers.add(new Layer.Flatten(input, input()));
      }
      layers.add(ternary.build(input, methods.apply(name())));
      return layers;
    };
  }

  @Override
  default Value reference(Value in, Tensors tensors) throws CheckpointException {
    Value activations = PlainMath.map(normed(in, tensors), activations()::apply);
    Value sum = null;
    for (float[] kernel : kernels(tensors, in.shape())) {
      Value part = PlainMath.convolve(activations, kernel, outputChannels(), window(), groups());
      sum = sum == null ? part : PlainMath.combine(sum, part, Double::sum);
    }
    if (bias()) {
      for (String key : WeightKeys.find(key(), tensors::contains).kernels()) {
        sum = PlainMath.addPerChannel(sum, tensors.floats(key + ".bias"));
      }
    }
    return folds().after(sum, tensors);
  }

  @Override
  default Value slack(Value in, Value slack, Tensors tensors) throws CheckpointException {
    Value turning = new Value(convolved(slack.shape()), slack.data());
    if (makesTrits()) {
      Value moved = folds().slackBefore(turning, tensors);
      turning = activations().turning(normed(in, tensors), PlainMath.map(moved, x -> x + BAND));
    }
    if (turning.isZero()) {
      return Value.zeros(outputShape(in.shape()));
    }
    Value sum = null;
    for (float[] kernel : kernels(tensors, in.shape())) {
      Value part =
          PlainMath.convolve(
              turning, PlainMath.absolute(kernel), outputChannels(), window(), groups());
      sum = sum == null ? part : PlainMath.combine(sum, part, Double::sum);
    }
    return folds().slackAfter(sum, tensors);
  }

  private Value normed(Value in, Tensors tensors) throws CheckpointException {
    return folds().before(new Value(convolved(in.shape()), in.data()), tensors);
  }

  private List<float[]> kernels(Tensors tensors, Shape in) throws CheckpointException {
    return new PlainWeights(
            tensors,
            WeightKeys.find(key(), tensors::contains),
            tensors.method(name()),
            outputChannels(),
            convolved(in).channels() / groups())
        .kernels();
  }
}
