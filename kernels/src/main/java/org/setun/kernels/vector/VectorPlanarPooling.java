// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.op.PlanarPooling;
import org.setun.kernels.op.Pooling;

/**
 * First down the columns, then along the row, which lies in working memory with -∞ for its padding,
 * split into even and odd columns where the stride is 2.
 */
final class VectorPlanarPooling implements PlanarPooling {
  private final Deinterleave deinterleave = new VectorDeinterleave();

  @Override
  public void max(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      Pooling.Columns window,
      float[] work,
      float[] out,
      int to,
      int outWidth) {
    int span = PlanarPooling.span(width, window, outWidth);
    int left = window.padLeft();
    downColumns(in, rows, rowCount, width, work, left);
    Arrays.fill(work, 0, left, Float.NEGATIVE_INFINITY);
    Arrays.fill(work, left + width, span, Float.NEGATIVE_INFINITY);
    if (window.stride() == 1) {
      for (int x = 0; x < outWidth; x += FLOATS) {
        FloatVector max = FloatVector.fromArray(FLOAT, work, x);
        for (int tap = 1; tap < window.taps(); tap++) {
          max = FloatVector.fromArray(FLOAT, work, x + tap * window.dilation()).max(max);
        }
        max.intoArray(out, to + x);
      }
    } else if (window.stride() == 2) {
      deinterleave.split(work, 0, span, work, span, span + span / 2);
      for (int x = 0; x < outWidth; x += FLOATS) {
        FloatVector max = FloatVector.fromArray(FLOAT, work, span + x);
        for (int tap = 1; tap < window.taps(); tap++) {
          int column = tap * window.dilation();
          int at = span + (column % 2) * (span / 2) + column / 2 + x;
          max = FloatVector.fromArray(FLOAT, work, at).max(max);
        }
        max.intoArray(out, to + x);
      }
    } else {
      for (int x = 0; x < outWidth; x++) {
        float max = Float.NEGATIVE_INFINITY;
        for (int tap = 0; tap < window.taps(); tap++) {
          max = Math.max(max, work[x * window.stride() + tap * window.dilation()]);
        }
        out[to + x] = max;
      }
    }
  }

  private static void downColumns(
      float[] in, int[] rows, int rowCount, int width, float[] work, int to) {
    for (int x = 0; x < width; x += FLOATS) {
      FloatVector max = FloatVector.fromArray(FLOAT, in, rows[0] + x);
      for (int row = 1; row < rowCount; row++) {
        max = FloatVector.fromArray(FLOAT, in, rows[row] + x).max(max);
      }
      max.intoArray(work, to + x);
    }
  }
}
