package org.setun.kernels.op;

import org.setun.kernels.layout.ChannelsLast;

/** Fully connected fp32 layer for one input vector. */
public interface FloatLinear {
  /** Outputs in a panel of packed weights, a divisor of {@link ChannelsLast#CHANNEL_BLOCK}. */
  int channels();

  /**
   * Computes one panel of outputs: {@code fma(in[f], w[wOffset + f * channels() + c], …)} over
   * ascending {@code f}, starting from the bias.
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
