// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.method.LatentKernel;
import org.setun.loader.method.MethodException;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.method.PlainTernary;
import org.setun.loader.method.SttnMerge;
import org.setun.loader.method.TernaryWeightNetwork;
import org.setun.loader.method.TernaryWeights;
import org.setun.loader.method.TrainedTernary;
import org.setun.loader.method.WeightKeys;
import org.setun.loader.method.XnorNet;

/**
 * The tensors of one layer with ternary weights and of the BatchNorms around it.
 *
 * @param spec the layer
 * @param in shape of the value it reads
 * @param kernels a latent pair, or one kernel
 * @param scales wp and wn, or none
 * @param biases as many as kernels, or none
 * @param folds what stands around it
 */
record TernaryParameters(
    TernaryLayer spec,
    Shape in,
    List<Parameter> kernels,
    List<Parameter> scales,
    List<Parameter> biases,
    Folds.Declared folds) {

  /**
   * Declares the keys of the weights that the checkpoint has, and of the BatchNorms around them.
   */
  static TernaryParameters declare(Parameters parameters, TernaryLayer spec, Shape in)
      throws CheckpointException {
    WeightKeys keys = WeightKeys.find(spec.key(), parameters::contains);
    int inputChannels = spec.convolved(in).channels();
    List<Parameter> kernels = new ArrayList<>();
    List<Parameter> biases = new ArrayList<>();
    for (String key : keys.weights()) {
      kernels.add(
          parameters.require(
              key,
              spec.outputChannels(),
              inputChannels / spec.groups(),
              spec.window().kernelHeight(),
              spec.window().kernelWidth()));
    }
    for (String key : spec.bias() ? keys.kernels() : List.<String>of()) {
      biases.add(parameters.require(key + ".bias", spec.outputChannels()));
    }
    List<Parameter> scales = new ArrayList<>();
    for (String key : keys.scales()) {
      scales.add(parameters.requireVector(key, 1));
    }
    return new TernaryParameters(
        spec,
        in,
        kernels,
        scales,
        biases,
        spec.folds().declare(parameters, inputChannels, spec.outputChannels()));
  }

  /**
   * Makes the weights ternary and folds what stands around them.
   *
   * @param input name of the value that it convolves
   */
  Layer build(String input, MethodOptions options)
      throws CheckpointException, MethodException, ParameterException {
    TernaryWeights weights = weights(options);
    TernaryKernel kernel = weights.kernel().ungrouped(spec.groups());
    float[] plus = folded(weights.plusScale()).floatScale(spec.name());
    float[] minus = folded(weights.minusScale()).floatScale(spec.name());
    float[] shift = folded(weights.plusScale()).floatShift(spec.name());
    if (spec.activations() == Activations.FLOAT) {
      return new Layer.TernaryWeightConvolution(
          spec.name(), input, spec.window(), kernel, plus, minus, shift);
    }
    Thresholds thresholds =
        folds.thresholds(spec.activations().rule().orElseThrow(), spec.convolved(in).channels());
    return weights.hasOneScale()
        ? new Layer.TernaryConvolution(
            spec.name(), input, spec.window(), thresholds, kernel, plus, shift)
        : new Layer.AsymmetricTernaryConvolution(
            spec.name(), input, spec.window(), thresholds, kernel, plus, minus, shift);
  }

  private TernaryWeights weights(MethodOptions options)
      throws CheckpointException, MethodException, ParameterException {
    LatentKernel kernel = spec.kernel(kernels.getFirst().tensor(), in);
    return switch (options.method()) {
      case STTN ->
          kernels.size() == 2
              ? SttnMerge.mergePair(
                  kernel, spec.kernel(kernels.getLast().tensor(), in), options.zeros())
              : PlainTernary.recognize(kernel);
      case XNOR -> XnorNet.binarize(kernel, options.zeros(), options.center());
      case TWN ->
          TernaryWeightNetwork.ternarize(
              kernel, options.threshold().orElse(TernaryWeightNetwork.THRESHOLD), options.extent());
      case TTQ ->
          scales.isEmpty()
              ? TrainedTernary.recognize(kernel)
              : TrainedTernary.ternarize(
                  kernel,
                  scales.getFirst().floats()[0],
                  scales.getLast().floats()[0],
                  options.threshold().orElse(TrainedTernary.THRESHOLD));
      case TERNARY -> PlainTernary.recognize(kernel);
      case AUTO -> throw new IllegalStateException("the method of " + spec.name() + " is unknown");
    };
  }

  /** A scale with the bias and the NormParameters behind it. */
  private ChannelAffine folded(double[] scale) throws CheckpointException, ParameterException {
    double[] bias = new double[spec.outputChannels()];
    for (Parameter parameter : biases) {
      float[] values = parameter.floats();
      Arrays.setAll(bias, o -> bias[o] + values[o]);
    }
    return folds.after(new ChannelAffine(scale, bias));
  }
}
