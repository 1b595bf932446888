// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.ArrayList;
import java.util.List;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.method.ScaleExtent;
import org.setun.loader.method.WeightKeys;
import org.setun.loader.method.ZeroPolicy;

/**
 * The fp32 weights of a ternary layer, made of a checkpoint's tensors as its method's paper writes
 * them. Shares nothing with the conversion, which it is compared with.
 */
final class PlainWeights {
  private final Tensors tensors;
  private final WeightKeys keys;
  private final MethodOptions options;
  private final int outputs;
  private final int inputs;

  /**
   * Prepares.
   *
   * @param options how the weights were trained, the method found
   * @param outputs output channels
   * @param inputs input channels of one group
   */
  PlainWeights(Tensors tensors, WeightKeys keys, MethodOptions options, int outputs, int inputs) {
    this.tensors = tensors;
    this.keys = keys;
    this.options = options;
    this.outputs = outputs;
    this.inputs = inputs;
  }

  /** Kernels whose convolutions are added: two for STTN's pair, else one. */
  List<float[]> kernels() throws CheckpointException {
    List<float[]> kernels = new ArrayList<>();
    for (String key : keys.weights()) {
      kernels.add(tensors.floats(key));
    }
    float[] first = kernels.getFirst();
    switch (options.method()) {
      case STTN -> {
        if (kernels.size() == 2) {
          binarizePair(first, kernels.getLast());
        }
      }
      case XNOR -> binarize(first);
      case TWN ->
          ternarize(
              first,
              options.extent() == ScaleExtent.TENSOR ? first.length : first.length / outputs,
              options.threshold().orElse(0.75));
      case TTQ -> {
        if (!keys.scales().isEmpty()) {
          trainedScales(first, options.threshold().orElse(0.05));
        }
      }
      case TERNARY -> {}
      case AUTO -> throw new IllegalArgumentException("the method is not found yet");
    }
    return kernels;
  }

  /** α·sign(W1) and α·sign(W2), α the mean of the clamped magnitudes of both. */
  private void binarizePair(float[] first, float[] second) {
    int n = first.length / outputs;
    for (int o = 0; o < outputs; o++) {
      double sum = 0;
      for (int i = o * n; i < (o + 1) * n; i++) {
        sum += Math.abs(Math.clamp(first[i], -1f, 1f));
        sum += Math.abs(Math.clamp(second[i], -1f, 1f));
      }
      float alpha = (float) (sum / (2.0 * n));
      for (int i = o * n; i < (o + 1) * n; i++) {
        first[i] = alpha * sign(first[i]);
        second[i] = alpha * sign(second[i]);
      }
    }
  }

  /** mean|W| · sign(W) for each output channel. */
  private void binarize(float[] weights) {
    int n = weights.length / outputs;
    if (options.center()) {
      center(weights, n);
    }
    for (int o = 0; o < outputs; o++) {
      double sum = 0;
      for (int i = o * n; i < (o + 1) * n; i++) {
        sum += Math.abs(weights[i]);
      }
      for (int i = o * n; i < (o + 1) * n; i++) {
        weights[i] = (float) (sum / n) * sign(weights[i]);
      }
    }
  }

  private void center(float[] weights, int n) {
    int taps = n / inputs;
    for (int tap = 0; tap < outputs * taps; tap++) {
      int at = tap / taps * n + tap % taps;
      double mean = 0;
      for (int c = 0; c < inputs; c++) {
        mean += weights[at + c * taps];
      }
      for (int c = 0; c < inputs; c++) {
        int i = at + c * taps;
        weights[i] = (float) Math.clamp(weights[i] - mean / inputs, -1.0, 1.0);
      }
    }
  }

  /** ±mean of what lies beyond Δ = factor · mean|W|, for every group of n weights. */
  private static void ternarize(float[] weights, int n, double factor) {
    for (int from = 0; from < weights.length; from += n) {
      double sum = 0;
      for (int i = from; i < from + n; i++) {
        sum += Math.abs(weights[i]);
      }
      double threshold = factor * sum / n;
      double beyond = 0;
      int count = 0;
      for (int i = from; i < from + n; i++) {
        if (weights[i] > threshold || weights[i] < -threshold) {
          beyond += Math.abs(weights[i]);
          count++;
        }
      }
      for (int i = from; i < from + n; i++) {
        boolean inside = weights[i] <= threshold && weights[i] >= -threshold;
        weights[i] = inside ? 0 : (float) (beyond / count) * Math.signum(weights[i]);
      }
    }
  }

  /** wp above Δ = factor · max|W|, -wn below -Δ. */
  private void trainedScales(float[] weights, double factor) throws CheckpointException {
    float plus = tensors.floats(keys.scales().getFirst())[0];
    float minus = tensors.floats(keys.scales().getLast())[0];
    float largest = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
    }
    double threshold = factor * largest;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weights[i] > threshold ? plus : weights[i] < -threshold ? -minus : 0;
    }
  }

  private float sign(float latent) {
    if (latent != 0 || options.zeros() == ZeroPolicy.REFUSE) {
      return Math.signum(latent);
    }
    return options.zeros() == ZeroPolicy.PLUS ? 1 : -1;
  }
}
