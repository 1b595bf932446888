package org.setun.kernels.vector;

import static org.setun.kernels.vector.Species.FLOAT;
import static org.setun.kernels.vector.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.setun.kernels.op.Pooling;

/** A vector of channels at a time. */
final class VectorPooling implements Pooling {
  @Override
  public void max(
      float[] in,
      int[] rows,
      int rowCount,
      int width,
      int channels,
      Columns window,
      float[] out,
      int outOffset,
      int outWidth) {
    for (int x = 0; x < outWidth; x++) {
      int left = x * window.stride() - window.padLeft();
      int firstTap = firstTap(window, left);
      int lastTap = lastTap(window, left, width);
      for (int c = 0; c < channels; c += FLOATS) {
        FloatVector max = FloatVector.broadcast(FLOAT, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rowCount; row++) {
          int at = rows[row] + c;
          for (int tap = firstTap; tap < lastTap; tap++) {
            max =
                max.max(
                    FloatVector.fromArray(
                        FLOAT, in, at + (left + tap * window.dilation()) * channels));
          }
        }
        max.intoArray(out, outOffset + x * channels + c);
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
      int firstTap = firstTap(window, left);
      int lastTap = lastTap(window, left, width);
      for (int c = 0; c < channels; c += FLOATS) {
        FloatVector sum = FloatVector.zero(FLOAT);
        for (int row = 0; row < rowCount; row++) {
          int at = rows[row] + c;
          for (int tap = firstTap; tap < lastTap; tap++) {
            sum =
                sum.add(
                    FloatVector.fromArray(
                        FLOAT, in, at + (left + tap * window.dilation()) * channels));
          }
        }
        sum.div(divisor).intoArray(out, outOffset + x * channels + c);
      }
    }
  }

  /** First tap that does not lie in the padding on the left. */
  private static int firstTap(Columns window, int left) {
    return left >= 0 ? 0 : Math.ceilDiv(-left, window.dilation());
  }

  /** One behind the last tap that does not lie in the padding on the right. */
  private static int lastTap(Columns window, int left, int width) {
    return Math.clamp(Math.ceilDiv(width - left, window.dilation()), 0, window.taps());
  }
}
