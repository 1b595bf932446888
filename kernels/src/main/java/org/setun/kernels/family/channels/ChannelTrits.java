package org.setun.kernels.family.channels;

import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.kernels.family.RowTritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Ternarizer;

/**
 * The trits of one convolution's input: {@code [row][column][word of 64 channels][nonzero, sign]}.
 */
final class ChannelTrits implements RowTritMap {
  private final String convolution;
  private final Shape in;
  private final Ternarizer ternarizer;
  private final float[] low;
  private final float[] high;
  private final float[] flip;
  private final int[] columnOffsets;

  ChannelTrits(TritConvolution layer, Shape in, Ternarizer ternarizer) {
    this.convolution = layer.name();
    this.in = in;
    this.ternarizer = ternarizer;
    Thresholds thresholds = layer.thresholds();
    low = ChannelsLast.padded(thresholds.low(), Float.NEGATIVE_INFINITY);
    high = ChannelsLast.padded(thresholds.high(), Float.POSITIVE_INFINITY);
    flip = new float[low.length];
    for (int c = 0; c < flip.length; c++) {
      flip[c] = c < thresholds.channels() && thresholds.negated()[c] ? -1 : 1;
    }
    columnOffsets = new int[in.width()];
    for (int x = 0; x < columnOffsets.length; x++) {
      columnOffsets[x] = x * pixelWords();
    }
  }

  /** Longs of a pixel. */
  int pixelWords() {
    return 2 * low.length / Long.SIZE;
  }

  @Override
  public String convolution() {
    return convolution;
  }

  @Override
  public int words() {
    return Math.multiplyExact(in.pixels(), pixelWords());
  }

  @Override
  public void pack(float[] values, int y, int x0, int x1, int first, int end, long[] packed) {
    ternarizer.pack(
        values,
        (y * in.width() + x0) * low.length,
        x1 - x0,
        low.length,
        first,
        end,
        low,
        high,
        flip,
        packed,
        y * in.width() * pixelWords(),
        columnOffsets,
        x0,
        2);
  }
}
