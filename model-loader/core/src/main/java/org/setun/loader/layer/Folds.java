// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Optional;
import org.setun.kernels.ActivationRule;
import org.setun.kernels.Thresholds;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.json.JsonFormatException;

/**
 * What stands around a layer with ternary weights and folds into it: a BatchNorm or a shift before
 * the rule that makes trits, and both after the product.
 *
 * @param inputNorm prefix of the keys of the BatchNorm before the rule
 * @param inputBias prefix of the key of the shift before the rule, as ReActNet's RSign has it; not
 *     with a BatchNorm
 * @param outputNorm prefix of the keys of the BatchNorm after the product
 * @param outputBias prefix of the key of the shift behind that
 * @param epsilon ε of the BatchNorms
 */
public record Folds(
    Optional<String> inputNorm,
    Optional<String> inputBias,
    Optional<String> outputNorm,
    Optional<String> outputBias,
    double epsilon) {

  static Folds read(LayerFields fields) throws JsonFormatException {
    Folds folds =
        new Folds(
            fields.json().optionalString("input_norm"),
            fields.json().optionalString("input_bias"),
            fields.json().optionalString("output_norm"),
            fields.json().optionalString("output_bias"),
            fields.epsilon());
    if (folds.inputNorm.isPresent() && folds.inputBias.isPresent()) {
      throw fields
          .json()
          .error("input_bias", "stands with input_norm: make the first a layer of its own");
    }
    return folds;
  }

  /** The parameters that were declared. */
  record Declared(
      Optional<NormParameters> inputNorm,
      Optional<Parameter> inputBias,
      Optional<NormParameters> outputNorm,
      Optional<Parameter> outputBias) {
    /** The thresholds with the BatchNorm or shift before the rule folded in. */
    Thresholds thresholds(ActivationRule rule, int channels)
        throws CheckpointException, ParameterException {
      if (inputNorm.isPresent()) {
        return inputNorm.get().thresholds(rule);
      }
      return inputBias.isPresent()
          ? NormParameters.thresholds(rule, inputBias.get().floats())
          : Thresholds.plain(rule, channels);
    }

    /** A multiply-add, and then what stands behind the product. */
    ChannelAffine after(ChannelAffine affine) throws CheckpointException, ParameterException {
      ChannelAffine normed =
          outputNorm.isPresent() ? affine.then(outputNorm.get().affine()) : affine;
      return outputBias.isPresent() ? normed.plus(outputBias.get().floats()) : normed;
    }
  }

  Declared declare(Parameters parameters, int inputs, int outputs) throws CheckpointException {
    return new Declared(
        norm(parameters, inputNorm, inputs),
        bias(parameters, inputBias, inputs),
        norm(parameters, outputNorm, outputs),
        bias(parameters, outputBias, outputs));
  }

  private Optional<NormParameters> norm(Parameters parameters, Optional<String> key, int channels)
      throws CheckpointException {
    return key.isEmpty()
        ? Optional.empty()
        : Optional.of(NormParameters.declare(parameters, key.get(), channels, epsilon, true));
  }

  private static Optional<Parameter> bias(Parameters parameters, Optional<String> key, int channels)
      throws CheckpointException {
    return key.isEmpty()
        ? Optional.empty()
        : Optional.of(parameters.requireValues(key.get() + ".bias", channels));
  }

  /** What the rule sees of a value. */
  Value before(Value in, Tensors tensors) throws CheckpointException {
    return apply(inputNorm, inputBias, in, tensors);
  }

  /** How far the value before the rule moves when the layer's input moves. */
  Value slackBefore(Value slack, Tensors tensors) throws CheckpointException {
    return slack(inputNorm, slack, tensors);
  }

  /** What becomes of a product. */
  Value after(Value in, Tensors tensors) throws CheckpointException {
    return apply(outputNorm, outputBias, in, tensors);
  }

  /** How far that moves when the product moves. */
  Value slackAfter(Value slack, Tensors tensors) throws CheckpointException {
    return slack(outputNorm, slack, tensors);
  }

  private Value apply(Optional<String> norm, Optional<String> bias, Value in, Tensors tensors)
      throws CheckpointException {
    Value normed = norm.isPresent() ? PlainNorm.apply(tensors, norm.get(), epsilon, in) : in;
    return bias.isPresent()
        ? PlainMath.addPerChannel(normed, tensors.floats(bias.get() + ".bias"))
        : normed;
  }

  private Value slack(Optional<String> norm, Value slack, Tensors tensors)
      throws CheckpointException {
    return norm.isPresent() ? PlainNorm.slack(tensors, norm.get(), epsilon, slack) : slack;
  }
}
