package org.setun.loader.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.Thresholds;
import org.setun.loader.arch.LayerSpec;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.sttn.LatentKernel;
import org.setun.loader.sttn.MergeException;
import org.setun.loader.sttn.SttnMerge;
import org.setun.loader.sttn.TernaryWeights;
import org.setun.loader.sttn.ZeroPolicy;

/**
 * The tensors of one ternary convolution and of the BatchNorms around it.
 *
 * @param spec the layer
 * @param inputChannels channels it reads
 * @param weights a latent pair, or one merged kernel
 * @param biases as many as weights, or none
 * @param inputNorm BatchNorm before the ternarization
 * @param outputNorm BatchNorm after the convolution
 */
record TernaryParameters(
    LayerSpec.TernaryConvolution spec,
    int inputChannels,
    List<Parameter> weights,
    List<Parameter> biases,
    Optional<BatchNorm> inputNorm,
    Optional<BatchNorm> outputNorm) {

  /** Declares the keys; those of the pair where one of its weights is present, else the merged. */
  static TernaryParameters declare(
      Parameters parameters, LayerSpec.TernaryConvolution spec, int inputChannels)
      throws CheckpointException {
    List<String> pair = List.of(spec.key() + "_1", spec.key() + "_2");
    boolean isPair = pair.stream().anyMatch(key -> parameters.contains(key + ".weight"));
    List<Parameter> weights = new ArrayList<>();
    List<Parameter> biases = new ArrayList<>();
    for (String key : isPair ? pair : List.of(spec.key())) {
      weights.add(
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
    return new TernaryParameters(
        spec,
        inputChannels,
        weights,
        biases,
        norm(parameters, spec.inputNorm(), inputChannels, spec.epsilon()),
        norm(parameters, spec.outputNorm(), spec.outputChannels(), spec.epsilon()));
  }

  private static Optional<BatchNorm> norm(
      Parameters parameters, Optional<String> key, int channels, double epsilon)
      throws CheckpointException {
    return key.isEmpty()
        ? Optional.empty()
        : Optional.of(BatchNorm.declare(parameters, key.get(), channels, epsilon));
  }

  /** Merges the weights and folds what stands around them. */
  Layer.TernaryConvolution build(ZeroPolicy zeros)
      throws CheckpointException, MergeException, ParameterException {
    TernaryWeights merged = merge(zeros);
    double[] bias = new double[spec.outputChannels()];
    for (Parameter parameter : biases) {
      float[] values = parameter.floats();
      Arrays.setAll(bias, o -> bias[o] + values[o]);
    }
    ChannelAffine epilogue = new ChannelAffine(merged.scale(), bias);
    if (outputNorm.isPresent()) {
      epilogue = epilogue.then(outputNorm.get().affine());
    }
    Thresholds thresholds =
        inputNorm.isPresent() ? inputNorm.get().thresholds() : Thresholds.plain(inputChannels);
    return new Layer.TernaryConvolution(
        spec.name(),
        spec.input(),
        spec.window(),
        thresholds,
        merged.kernel(),
        epilogue.floatScale(spec.name()),
        epilogue.floatShift(spec.name()));
  }

  private TernaryWeights merge(ZeroPolicy zeros) throws CheckpointException, MergeException {
    LatentKernel first = LatentKernel.read(weights.getFirst().tensor());
    return weights.size() == 2
        ? SttnMerge.mergePair(first, LatentKernel.read(weights.getLast().tensor()), zeros)
        : SttnMerge.recognizeMerged(first);
  }
}
