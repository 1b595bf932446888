package org.setun.kernels.plan;

import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.kernels.op.Layout;
import org.setun.kernels.op.Ternarizer;

/**
 * Where the trits of one ternary convolution's input lie: a map with the convolution's zero padding
 * around it, pixel after pixel {@link #pixelWords} words, for every 64 channels the nonzero word
 * and then the sign word. The border is written never, so it stays 0.
 */
final class PackedInput {
  /** Name of the convolution. */
  final String layer;

  /** Words per pixel. */
  final int pixelWords;

  /** Words per row, borders included. */
  final int rowWords;

  /** Words of the whole map. */
  final int words;

  private final int width;
  private final int origin;
  private final int channels;
  private final float[] low;
  private final float[] high;
  private final float[] flip;

  PackedInput(String layer, Shape shape, Window window, Thresholds thresholds) {
    this.layer = layer;
    channels = Layout.paddedChannels(shape.channels());
    width = shape.width();
    pixelWords = channels / Long.SIZE * 2;
    rowWords = (window.padLeft() + shape.width() + window.padRight()) * pixelWords;
    words = Math.multiplyExact(window.padTop() + shape.height() + window.padBottom(), rowWords);
    origin = window.padTop() * rowWords + window.padLeft() * pixelWords;
    low = Layout.padded(thresholds.low(), Float.NEGATIVE_INFINITY);
    high = Layout.padded(thresholds.high(), Float.POSITIVE_INFINITY);
    flip = new float[channels];
    for (int c = 0; c < channels; c++) {
      flip[c] = c < thresholds.channels() && thresholds.negated()[c] ? -1 : 1;
    }
  }

  /**
   * Packs pixels of one row.
   *
   * @param y row
   * @param x first pixel
   * @param count pixels, at most to the end of the row
   * @param values their values
   * @param offset index of the first value
   * @param packed the map
   */
  void pack(
      Ternarizer ternarizer, int y, int x, int count, float[] values, int offset, long[] packed) {
    assert x + count <= width;
    ternarizer.pack(
        values,
        offset,
        count,
        channels,
        low,
        high,
        flip,
        packed,
        origin + y * rowWords + x * pixelWords);
  }
}
