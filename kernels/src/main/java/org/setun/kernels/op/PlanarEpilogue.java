// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * The pass after a ternary convolution for rows of one channel, {@link
 * org.setun.kernels.layout.Planar}. The order of operations is that of {@link Epilogue}, so values
 * are equal to the bit.
 */
public interface PlanarEpilogue {
  /** Copies of each parameter side by side: a whole vector of any width. */
  int COPIES = 16;

  /**
   * Parameters of a channel in {@code parameters}: scale, scale of minus, shift, and PReLU's
   * factor, which is 1 where there is none: it changes no value.
   */
  int PARAMETERS = 4;

  /**
   * Turns integer results into values, whole vectors: up to {@value #COPIES} - 1 columns behind the
   * last one are read and written too.
   *
   * @param counts integer results
   * @param from index of the first row's first result
   * @param minus distance to the results of the weights of -1, in which their sign is already; 0
   *     where all weights share a scale and are counted together
   * @param countPitch distance between rows of results
   * @param rows how many rows
   * @param width columns of a row
   * @param parameters {@link #PARAMETERS} for each channel, {@link #COPIES} times each
   * @param channel the channel
   * @param shortcut values to add, or {@code null}; may be {@code out} itself if index and pitch
   *     agree
   * @param shortcutFrom index of the first row's first value
   * @param shortcutPitch distance between its rows
   * @param out receives the values
   * @param to index of the first row's first value
   * @param pitch distance between rows of {@code out}
   */
  void fromCounts(
      int[] counts,
      int from,
      int minus,
      int countPitch,
      int rows,
      int width,
      float[] parameters,
      int channel,
      float[] shortcut,
      int shortcutFrom,
      int shortcutPitch,
      float[] out,
      int to,
      int pitch);

  /**
   * Multiplies and adds: {@code out[i] = fma(in[i], scale, shift)}. A plain loop: C2 vectorizes it.
   *
   * @param in values
   * @param out receives the results at the same indices; may be {@code in}
   * @param from index of the first value
   * @param end one past the last
   * @param scale multiplier
   * @param shift addend
   */
  static void multiplyAdd(float[] in, float[] out, int from, int end, float scale, float shift) {
    for (int i = from; i < end; i++) {
      out[i] = Math.fma(in[i], scale, shift);
    }
  }
}
