// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/** Fully connected fp32 layer for one input vector. */
public interface FloatLinear {
  /**
   * Features of a partial sum. One sum over 4096 features is 4.7 times as far from the exact one as
   * 64 partial sums of 64.
   */
  int BLOCK = 64;

  /** Outputs in a panel of packed weights, a divisor of {@link ChannelsLast#CHANNEL_BLOCK}. */
  int channels();

  /**
   * Computes one panel of outputs: the bias, and to it for each {@link #BLOCK} of features in turn
   * their sum, {@code fma(in[f], w[wOffset + f * channels() + c], …)} over ascending {@code f},
   * starting from 0.
   *
   * @param in input features
   * @param features number of features
   * @param w packed weights
   * @param wOffset start of the panel in {@code w}
   * @param bias one per output, padded to whole panels
   * @param out receives the outputs
   * @param outOffset index of the panel's first output, in {@code bias} too
   */
  void panel(
      float[] in, int features, float[] w, int wOffset, float[] bias, float[] out, int outOffset);
}
