package org.setun.loader.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.ActivationRule;
import org.setun.kernels.Layer;
import org.setun.kernels.Thresholds;
import org.setun.loader.arch.Activations;
import org.setun.loader.arch.LayerSpec;
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
 * The tensors of one ternary convolution and of the BatchNorms around it.
 *
 * @param spec the layer
 * @param inputChannels channels it reads
 * @param kernels a latent pair, or one kernel
 * @param scales wp and wn, or none
 * @param biases as many as kernels, or none
 * @param inputNorm BatchNorm before the rule that makes trits
 * @param outputNorm BatchNorm after the convolution
 */
record TernaryParameters(
    LayerSpec.TernaryConvolution spec,
    int inputChannels,
    List<Parameter> kernels,
    List<Parameter> scales,
    List<Parameter> biases,
    Optional<BatchNorm> inputNorm,
    Optional<BatchNorm> outputNorm) {

  /**
   * Declares the keys that the checkpoint has for the weights, and those of what is around them.
   */
  static TernaryParameters declare(
      Parameters parameters, LayerSpec.TernaryConvolution spec, int inputChannels)
      throws CheckpointException {
    WeightKeys keys = WeightKeys.find(spec.key(), parameters::contains);
    List<Parameter> kernels = new ArrayList<>();
    List<Parameter> biases = new ArrayList<>();
    for (String key : keys.kernels()) {
      kernels.add(
          parameters.require(
              key + ".weight",
              spec.outputChannels(),
              inputChannels,
              spec.window().kernelHeight(),
              spec.window().kernelWidth()));
      if (spec.bias()) {
        biases.add(parameters.require(key + ".bias", spec.outputChannels()));
      }
    }
    List<Parameter> scales = new ArrayList<>();
    for (String key : keys.scales()) {
      scales.add(parameters.requireVector(key, 1));
    }
    return new TernaryParameters(
        spec,
        inputChannels,
        kernels,
        scales,
        biases,
        norm(parameters, spec.inputNorm(), inputChannels, spec.epsilon()),
        norm(parameters, spec.outputNorm(), spec.outputChannels(), spec.epsilon()));
  }

  private static Optional<BatchNorm> norm(
      Parameters parameters, Optional<String> key, int channels, double epsilon)
      throws CheckpointException {
    return key.isEmpty()
        ? Optional.empty()
        : Optional.of(BatchNorm.declare(parameters, key.get(), channels, epsilon, true));
  }

  /** Makes the weights ternary and folds what stands around them. */
  Layer build(MethodOptions options)
      throws CheckpointException, MethodException, ParameterException {
    TernaryWeights weights = weights(options);
    float[] plus = folded(weights.plusScale()).floatScale(spec.name());
    float[] minus = folded(weights.minusScale()).floatScale(spec.name());
    float[] shift = folded(weights.plusScale()).floatShift(spec.name());
    if (spec.activations() == Activations.FLOAT) {
      return new Layer.TernaryWeightConvolution(
          spec.name(), spec.input(), spec.window(), weights.kernel(), plus, minus, shift);
    }
    Thresholds thresholds = thresholds(spec.activations().rule().orElseThrow());
    return weights.hasOneScale()
        ? new Layer.TernaryConvolution(
            spec.name(), spec.input(), spec.window(), thresholds, weights.kernel(), plus, shift)
        : new Layer.AsymmetricTernaryConvolution(
            spec.name(),
            spec.input(),
            spec.window(),
            thresholds,
            weights.kernel(),
            plus,
            minus,
            shift);
  }

  private TernaryWeights weights(MethodOptions options)
      throws CheckpointException, MethodException, ParameterException {
    LatentKernel kernel = LatentKernel.read(kernels.getFirst().tensor());
    return switch (options.method()) {
      case STTN ->
          kernels.size() == 2
              ? SttnMerge.mergePair(
                  kernel, LatentKernel.read(kernels.getLast().tensor()), options.zeros())
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

  /** A scale with the bias and the BatchNorm behind it. */
  private ChannelAffine folded(double[] scale) throws CheckpointException, ParameterException {
    double[] bias = new double[spec.outputChannels()];
    for (Parameter parameter : biases) {
      float[] values = parameter.floats();
      Arrays.setAll(bias, o -> bias[o] + values[o]);
    }
    ChannelAffine affine = new ChannelAffine(scale, bias);
    return outputNorm.isPresent() ? affine.then(outputNorm.get().affine()) : affine;
  }

  private Thresholds thresholds(ActivationRule rule)
      throws CheckpointException, ParameterException {
    return inputNorm.isPresent()
        ? inputNorm.get().thresholds(rule)
        : Thresholds.plain(rule, inputChannels);
  }
}
