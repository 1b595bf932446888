// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.Pooling;

/** Value by value. */
public final class ScalarPooling implements Pooling {
  @Override
  public void max(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      int channels,
      Columns window,
      float[] work,
      float[] out,
      int outOffset,
      int outWidth) {
    for (int x = 0; x < outWidth; x++) {
      int left = x * window.stride() - window.padLeft();
      for (int c = 0; c < channels; c++) {
        float max = Float.NEGATIVE_INFINITY;
        for (int row = 0; row < rowCount; row++) {
          for (int tap = 0; tap < window.taps(); tap++) {
            int column = left + tap * window.dilation();
            if (column >= 0 && column < width) {
              max = Math.max(max, in[rows[row] + column * channels + c]);
            }
          }
        }
        out[outOffset + x * channels + c] = max;
      }
    }
  }

  @Override
  public void average(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      int channels,
      Columns window,
      float divisor,
      float[] out,
      int outOffset,
      int outWidth) {
    for (int x = 0; x < outWidth; x++) {
      int left = x * window.stride() - window.padLeft();
      for (int c = 0; c < channels; c++) {
        float sum = 0;
        for (int row = 0; row < rowCount; row++) {
          for (int tap = 0; tap < window.taps(); tap++) {
            int column = left + tap * window.dilation();
            if (column >= 0 && column < width) {
              sum += in[rows[row] + column * channels + c];
            }
          }
        }
        out[outOffset + x * channels + c] = sum / divisor;
      }
    }
  }
}
