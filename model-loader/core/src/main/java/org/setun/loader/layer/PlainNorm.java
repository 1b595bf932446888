// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.loader.checkpoint.CheckpointException;

/** An inference-time BatchNorm, computed with the numbers that the checkpoint has. */
final class PlainNorm {
  private PlainNorm() {}

  /** Normalizes. */
  static Value apply(Tensors tensors, String key, double epsilon, Value in)
      throws CheckpointException {
    float[] gain = gain(tensors, key, epsilon);
    float[] beta =
        tensors.contains(key + ".bias") ? tensors.floats(key + ".bias") : new float[gain.length];
    float[] mean = tensors.floats(key + ".running_mean");
    return PlainMath.perChannel(in, (c, x) -> (x - mean[c]) * gain[c] + beta[c]);
  }

  /** How far its values move when its input moves. */
  static Value slack(Tensors tensors, String key, double epsilon, Value slack)
      throws CheckpointException {
    float[] gain = PlainMath.absolute(gain(tensors, key, epsilon));
    return PlainMath.perChannel(slack, (c, x) -> x * gain[c]);
  }

  private static float[] gain(Tensors tensors, String key, double epsilon)
      throws CheckpointException {
    float[] variance = tensors.floats(key + ".running_var");
    float[] gamma = tensors.contains(key + ".weight") ? tensors.floats(key + ".weight") : null;
    float[] gain = new float[variance.length];
    for (int c = 0; c < gain.length; c++) {
      gain[c] = (float) ((gamma == null ? 1 : gamma[c]) / Math.sqrt(variance[c] + epsilon));
    }
    return gain;
  }
}
