package org.setun.kernels.scalar;

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
      float[] scale,
      float[] shift,
      float[] shortcut,
      int shortcutOffset,
      int shortcutChannels,
      float[] slope,
      float[] out,
      int outOffset) {
    for (int p = 0; p < pixels; p++) {
      for (int c = first; c < end; c++) {
        float y = Math.fma((float) counts[countsOffset + p * channels + c], scale[c], shift[c]);
        if (shortcut != null && c < shortcutChannels) {
          y += shortcut[shortcutOffset + p * shortcutChannels + c];
        }
        out[outOffset + p * channels + c] = slope != null && y < 0 ? y * slope[c] : y;
      }
    }
  }

  @Override
  public void fromCountPairs(
      int[] counts,
      int countsOffset,
      int pixels,
      int channels,
      int first,
      int end,
      float[] plusScale,
      float[] minusScale,
      float[] shift,
      float[] shortcut,
      int shortcutOffset,
      int shortcutChannels,
      float[] slope,
      float[] out,
      int outOffset) {
    for (int p = 0; p < pixels; p++) {
      for (int c = first; c < end; c++) {
        int at = countsOffset + p * 2 * channels + c;
        float y = Math.fma((float) counts[at], plusScale[c], shift[c]);
        y = Math.fma((float) counts[at + channels], minusScale[c], y);
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
      float[] scale,
      float[] shift,
      float[] slope) {
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < channels; c++) {
        int i = offset + p * channels + c;
        float y = scale == null ? values[i] : Math.fma(values[i], scale[c], shift[c]);
        values[i] = slope != null && y < 0 ? y * slope[c] : y;
      }
    }
  }
}
