// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import java.util.Objects;

/**
 * A feature map of trits: what {@link ConvolutionProduct} reads, reused from call to call. Channels
 * are innermost, as in {@code values[(row * width + column) * channels + channel]}, and packed:
 * word {@code w} of a pixel holds channels {@code 64 w … 64 w + 63}. Not thread-safe while it is
 * changed.
 *
 * @since 0.2
 */
public final class TernaryMap {
  /** {@code [row][column][word][nonzero, sign]}; a sign is clear where the trit is 0. */
  private final long[] pairs;

  private final Shape shape;
  private final int words;
  private final Thresholds thresholds;

  /**
   * A map of zeros, whose numbers become trits by STTN's rule: -1 below -0.5, +1 from 0.5 on.
   *
   * @param shape channels, rows and columns
   */
  public TernaryMap(Shape shape) {
    Objects.requireNonNull(shape, "shape");
    this(shape, Thresholds.plain(shape.channels()));
  }

  /**
   * A map of zeros.
   *
   * @param shape channels, rows and columns
   * @param thresholds how numbers become trits, for each channel
   * @throws IllegalArgumentException if the thresholds are not as many as the channels, or the map
   *     is too large for an array
   */
  public TernaryMap(Shape shape, Thresholds thresholds) {
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(thresholds, "thresholds");
    if (thresholds.channels() != shape.channels()) {
      throw new IllegalArgumentException(
          thresholds.channels() + " thresholds for " + shape.channels() + " channels");
    }
    this.shape = shape;
    this.words = TernaryKernel.channelWords(shape.channels());
    this.thresholds = thresholds;
    long size = 2L * words * shape.height() * shape.width();
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException("a map of " + shape + " takes " + size + " words");
    }
    this.pairs = new long[(int) size];
  }

  /** {@return channels, rows and columns} */
  public Shape shape() {
    return shape;
  }

  /** {@return the size of the packed map in bytes} */
  public long byteSize() {
    return (long) Long.BYTES * pairs.length;
  }

  /**
   * Makes trits of numbers by the thresholds that this was created with.
   *
   * @param values numbers, channels innermost
   * @param offset index of the first
   * @throws IndexOutOfBoundsException if they end before the map
   */
  public void set(float[] values, int offset) {
    Objects.requireNonNull(values, "values");
    Objects.checkFromIndexSize(offset, shape.size(), values.length);
    Arrays.fill(pairs, 0);
    float[] low = thresholds.low();
    float[] high = thresholds.high();
    boolean[] negated = thresholds.negated();
    int channels = shape.channels();
    for (int pixel = 0, from = offset; pixel < shape.pixels(); pixel++, from += channels) {
      for (int c = 0; c < channels; c++) {
        float value = negated[c] ? -values[from + c] : values[from + c];
        put(pixel, c, value < low[c] ? -1 : value < high[c] ? 0 : 1);
      }
    }
  }

  /**
   * Packs trits.
   *
   * @param trits -1, 0 or +1, channels innermost
   * @param offset index of the first
   * @throws IndexOutOfBoundsException if they end before the map
   * @throws IllegalArgumentException if one is no trit; the map stays as it was
   */
  public void set(byte[] trits, int offset) {
    Objects.requireNonNull(trits, "trits");
    Objects.checkFromIndexSize(offset, shape.size(), trits.length);
    TernaryKernel.requireTrits(trits, offset, shape.size());
    Arrays.fill(pairs, 0);
    int channels = shape.channels();
    for (int pixel = 0, from = offset; pixel < shape.pixels(); pixel++, from += channels) {
      for (int c = 0; c < channels; c++) {
        put(pixel, c, trits[from + c]);
      }
    }
  }

  /** Sets a trit that is 0 so far. */
  private void put(int pixel, int channel, int trit) {
    int at = (pixel * words + channel / Long.SIZE) * 2;
    pairs[at] |= (trit & 1L) << channel;
    pairs[at + 1] |= (trit >>> 1 & 1L) << channel;
  }

  /**
   * One trit.
   *
   * @param row its row
   * @param column its column
   * @param channel its channel
   * @return -1, 0 or +1
   * @throws IndexOutOfBoundsException if there is no such trit
   */
  public int get(int row, int column, int channel) {
    Objects.checkIndex(row, shape.height());
    Objects.checkIndex(column, shape.width());
    Objects.checkIndex(channel, shape.channels());
    int at = ((row * shape.width() + column) * words + channel / Long.SIZE) * 2;
    return (int) (pairs[at] >>> channel & 1) - 2 * (int) (pairs[at + 1] >>> channel & 1);
  }

  /**
   * Max pooling: the greatest trit under the window; taps outside the map do not count.
   *
   * @param window the window
   * @param result receives the pooled map
   * @throws IllegalArgumentException if the result has another shape, a window may lie outside the
   *     map altogether, or the map is its own result
   */
  public void maxPool(Window window, TernaryMap result) {
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(result, "result");
    Shape out = window.outputShape(shape, shape.channels());
    if (!out.equals(result.shape) || result == this) {
      throw new IllegalArgumentException(
          "pooling " + shape + " gives " + out + ", not " + result.shape + " of another map");
    }
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        for (int word = 0; word < words; word++) {
          pool(window, y, x, word, result.pairs, ((y * out.width() + x) * words + word) * 2);
        }
      }
    }
  }

  private void pool(Window window, int row, int column, int word, long[] to, int at) {
    long plus = 0;
    long minus = -1;
    boolean any = false;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int y = row * window.strideHeight() - window.padTop() + ky * window.dilationHeight();
      for (int kx = 0; y >= 0 && y < shape.height() && kx < window.kernelWidth(); kx++) {
        int x = column * window.strideWidth() - window.padLeft() + kx * window.dilationWidth();
        if (x >= 0 && x < shape.width()) {
          int from = ((y * shape.width() + x) * words + word) * 2;
          plus |= pairs[from] & ~pairs[from + 1];
          minus &= pairs[from + 1];
          any = true;
        }
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "the window of result " + row + ", " + column + " lies outside the map");
    }
    to[at] = plus | minus;
    to[at + 1] = minus;
  }

  /**
   * im2col: the trits under the window, a row for each position. Column {@code (tap * words + w) *
   * 64 + i} of a row is channel {@code 64 w + i} under the tap, as in the rows of {@link
   * TernaryMatrix#ofWindows}; it is 0 outside the map and past the last channel.
   *
   * @param window the window
   * @param rows receives a row for each position, row by row of the result
   * @throws IllegalArgumentException if the rows are too few or have other columns
   */
  public void im2col(Window window, TernaryRows rows) {
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(rows, "rows");
    int height = window.outputHeight(shape.height());
    int width = window.outputWidth(shape.width());
    long columns = (long) window.taps() * words * Long.SIZE;
    if (rows.columns() != columns || rows.capacity() < (long) height * width) {
      throw new IllegalArgumentException(
          "im2col of "
              + shape
              + " takes "
              + height * width
              + " rows of "
              + columns
              + " columns, not "
              + rows);
    }
    for (int y = 0; y < height; y++) {
      for (int tap = 0; tap < window.taps(); tap++) {
        gather(window, y, tap, width, rows);
      }
    }
  }

  /** One tap of all positions of a row. */
  private void gather(Window window, int row, int tap, int width, TernaryRows rows) {
    int ky = tap / window.kernelWidth() * window.dilationHeight();
    int kx = tap % window.kernelWidth() * window.dilationWidth() - window.padLeft();
    int y = row * window.strideHeight() - window.padTop() + ky;
    int stride = window.strideWidth();
    // Positions that read inside the map: from the first with x >= 0 on.
    int from = Math.clamp(Math.ceilDiv(-kx, stride), 0, width);
    int end = Math.clamp(Math.ceilDiv(shape.width() - kx, stride), from, width);
    if (y < 0 || y >= shape.height()) {
      end = from;
    }
    int word = tap * words;
    int first = row * width;
    int pair = (y * shape.width() + from * stride + kx) * words * 2;
    rows.copy(first, from, word, words, null, 0, 0);
    rows.copy(first + from, end - from, word, words, pairs, pair, stride * words * 2);
    rows.copy(first + end, width - end, word, words, null, 0, 0);
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "TernaryMap " + shape;
  }
}
