// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.ChannelParameters;
import org.setun.kernels.op.Epilogue;

/** Value by value. */
public final class ScalarEpilogue implements Epilogue {
  @Override
  public void fromCounts(
      int[] counts,
      int countsOffset,
      int pixels,
      int channels,
      int first,
      int end,
      ChannelParameters parameters,
      float[] shortcut,
      int shortcutOffset,
      int shortcutChannels,
      float[] out,
      int outOffset) {
    float[] scale = parameters.scale();
    float[] minusScale = parameters.minusScale();
    float[] shift = parameters.shift();
    float[] slope = parameters.slope();
    for (int p = 0; p < pixels; p++) {
      int pixel = countsOffset + p * channels * parameters.counts();
      for (int c = first; c < end; c++) {
        float y = Math.fma((float) counts[pixel + c], scale[c], shift[c]);
        if (minusScale != null) {
          y = Math.fma((float) counts[pixel + channels + c], minusScale[c], y);
        }
        if (shortcut != null && c < shortcutChannels) {
          y += shortcut[shortcutOffset + p * shortcutChannels + c];
        }
        out[outOffset + p * channels + c] = slope != null && y < 0 ? y * slope[c] : y;
      }
    }
  }

  @Override
  public void inPlace(
      float[] values,
      int offset,
      int pixels,
      int channels,
      int first,
      int end,
      float[] scale,
      float[] shift,
      float[] slope) {
    for (int p = 0; p < pixels; p++) {
      for (int c = first; c < end; c++) {
        int i = offset + p * channels + c;
        float y = scale == null ? values[i] : Math.fma(values[i], scale[c], shift[c]);
        values[i] = slope != null && y < 0 ? y * slope[c] : y;
      }
    }
  }

  @Override
  public void scale(
      int[] counts,
      int from,
      int length,
      float factor,
      float[] scale,
      float[] shift,
      int output,
      float[] out,
      int to) {
    for (int i = 0; i < length; i++) {
      out[to + i] =
          Math.fma((float) counts[from + i], factor * scale[output + i], shift[output + i]);
    }
  }
}
