// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Arrays;
import org.setun.kernels.ActivationRule;
import org.setun.kernels.BatchNormFold;
import org.setun.kernels.Thresholds;
import org.setun.loader.checkpoint.CheckpointException;

/**
 * The tensors of an inference-time BatchNorm, {@code γ·(x - μ)/√(σ² + ε) + β} per channel.
 *
 * @param key prefix of its keys
 * @param gamma γ, or {@code null} for 1
 * @param beta β, or {@code null} for 0
 * @param mean μ
 * @param variance σ²
 * @param epsilon ε
 */
record NormParameters(
    String key,
    Parameter gamma,
    Parameter beta,
    Parameter mean,
    Parameter variance,
    double epsilon) {

  /** Declares the keys of a BatchNorm. */
  static NormParameters declare(
      Parameters parameters, String key, int channels, double epsilon, boolean affine)
      throws CheckpointException {
    parameters.ignore(key + ".num_batches_tracked");
    if (!affine) {
      parameters.give(2 * channels);
    }
    return new NormParameters(
        key,
        affine ? parameters.require(key + ".weight", channels) : null,
        affine ? parameters.require(key + ".bias", channels) : null,
        parameters.require(key + ".running_mean", channels),
        parameters.require(key + ".running_var", channels),
        epsilon);
  }

  /** The thresholds of this BatchNorm and the rule after it. */
  Thresholds thresholds(ActivationRule rule) throws CheckpointException, ParameterException {
    try {
      return Thresholds.foldBatchNorm(
          rule, gammas(), betas(), mean.floats(), checkedVariance(), epsilon);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(key + ": " + e.getMessage());
    }
  }

  /** The thresholds of a shift per channel and the rule after it. */
  static Thresholds thresholds(ActivationRule rule, float[] bias) {
    float[] ones = new float[bias.length];
    Arrays.fill(ones, 1);
    return Thresholds.foldBatchNorm(rule, ones, bias, new float[bias.length], ones, 0);
  }

  /** The same as a multiply-add. */
  ChannelAffine affine() throws CheckpointException, ParameterException {
    float[] g = gammas();
    float[] b = betas();
    float[] m = mean.floats();
    float[] v = checkedVariance();
    double[] scale = new double[g.length];
    double[] shift = new double[g.length];
    for (int c = 0; c < g.length; c++) {
      BatchNormFold fold = BatchNormFold.of(g[c], b[c], m[c], v[c], epsilon);
      scale[c] = fold.scale();
      shift[c] = fold.shift();
    }
    return new ChannelAffine(scale, shift);
  }

  private float[] gammas() throws CheckpointException, ParameterException {
    if (gamma != null) {
      return gamma.floats();
    }
    float[] ones = new float[mean.floats().length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private float[] betas() throws CheckpointException, ParameterException {
    return beta != null ? beta.floats() : new float[mean.floats().length];
  }

  private float[] checkedVariance() throws CheckpointException, ParameterException {
    float[] values = variance.floats();
    for (int c = 0; c < values.length; c++) {
      if (values[c] < 0) {
        throw new ParameterException(
            key + ".running_var: variance " + values[c] + " of channel " + c + " is negative");
      }
    }
    return values;
  }
}
