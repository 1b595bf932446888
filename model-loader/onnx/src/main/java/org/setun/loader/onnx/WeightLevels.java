// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Optional;
import org.setun.loader.method.LatentKernel;
import org.setun.loader.method.MethodException;
import org.setun.loader.method.PlainTernary;
import org.setun.loader.method.TernaryWeights;
import org.setun.loader.method.TrainedTernary;

/** Whether the weights of a convolution are ternary, per output channel. */
final class WeightLevels {
  /**
   * Nonzero weights that a level must stand for, on the average of all channels, before weights
   * that need not be ternary are taken for it: a channel of one or two weights always is, as is one
   * of a pruned kernel that has no more left.
   */
  private static final int WEIGHTS_PER_LEVEL = 4;

  private WeightLevels() {}

  /**
   * Weights that must be ternary, as their input is trits.
   *
   * @throws MethodException if they are not; it names the values that are off their level
   */
  static TernaryWeights ofTrits(LatentKernel kernel) throws MethodException {
    try {
      return PlainTernary.recognize(kernel);
    } catch (MethodException oneScale) {
      try {
        return TrainedTernary.recognizeEachChannel(kernel);
      } catch (MethodException twoScales) {
        oneScale.addSuppressed(twoScales);
        throw oneScale;
      }
    }
  }

  /** Weights of a convolution of fp32 values; empty unless they were trained to be ternary. */
  static Optional<TernaryWeights> ofFullPrecision(LatentKernel kernel) {
    try {
      TernaryWeights weights = TrainedTernary.recognizeEachChannel(kernel);
      return isShared(kernel) ? Optional.of(weights) : Optional.empty();
    } catch (MethodException _) {
      return Optional.empty();
    }
  }

  /** Whether more weights share the levels than would by chance. */
  private static boolean isShared(LatentKernel kernel) {
    float[] values = kernel.values();
    int perOutput = values.length / kernel.outputChannels();
    long nonzero = 0;
    long levels = 0;
    for (int from = 0; from < values.length; from += perOutput) {
      int plus = 0;
      int minus = 0;
      for (int i = from; i < from + perOutput; i++) {
        plus += values[i] > 0 ? 1 : 0;
        minus += values[i] < 0 ? 1 : 0;
      }
      nonzero += plus + minus;
      levels += Math.min(plus, 1) + Math.min(minus, 1);
    }
    return nonzero > 0 && nonzero >= WEIGHTS_PER_LEVEL * levels;
  }
}
