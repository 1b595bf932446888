// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;
import org.setun.kernels.family.PaddedThresholds;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Ternarizer;

/**
 * Rows of trits that a {@link TernaryProduct} multiplies with its matrix: activations, packed as
 * its kernel reads them. Filled row by row and used again; rows that were never set are 0. Not
 * thread-safe while rows are set; several threads may multiply the same one.
 *
 * @since 0.2
 */
public final class TernaryRows {
  /** Each panel of {@code tile} rows: {@code [word][row][nonzero, sign]}. */
  final long[] panels;

  final int tile;

  private final int capacity;
  private final int columns;
  private final int words;
  private final Ternarizer ternarizer;
  private final PaddedThresholds thresholds;

  /** A row with its padding; {@code null} where columns fill their words. */
  private final float[] padded;

  private final int[] columnOffsets = new int[1];

  TernaryRows(int capacity, int tile, Thresholds thresholds, Ternarizer ternarizer) {
    this.capacity = capacity;
    this.tile = tile;
    this.columns = thresholds.channels();
    this.words = TernaryKernel.channelWords(columns);
    this.ternarizer = ternarizer;
    this.thresholds = PaddedThresholds.of(thresholds);
    int paddedRows = Math.multiplyExact(Math.ceilDiv(capacity, tile), tile);
    panels = new long[Math.multiplyExact(paddedRows, Math.multiplyExact(2, words))];
    padded = columns % Long.SIZE == 0 ? null : new float[ChannelsLast.paddedChannels(columns)];
  }

  /** {@return the most rows that it holds} */
  public int capacity() {
    return capacity;
  }

  /** {@return the trits of a row} */
  public int columns() {
    return columns;
  }

  /** {@return the size of the packed rows in bytes} */
  public long byteSize() {
    return (long) Long.BYTES * panels.length;
  }

  /** Index of a row's first nonzero word; the sign word lies behind it. */
  private int index(int row) {
    Objects.checkIndex(row, capacity);
    return (row / tile * words * tile + row % tile) * 2;
  }

  /** Distance between a row's words. */
  private int wordStride() {
    return 2 * tile;
  }

  /**
   * Makes trits of numbers by the thresholds that this was created with.
   *
   * @param row the row
   * @param values the numbers, one per column
   * @param offset index of the first
   * @throws IndexOutOfBoundsException if there is no such row, or the values end before the row
   */
  public void set(int row, float[] values, int offset) {
    Objects.requireNonNull(values, "values");
    Objects.checkFromIndexSize(offset, columns, values.length);
    float[] from = values;
    int start = offset;
    if (padded != null) {
      System.arraycopy(values, offset, padded, 0, columns);
      from = padded;
      start = 0;
    }
    int channels = ChannelsLast.paddedChannels(columns);
    ternarizer.pack(
        from,
        start,
        1,
        channels,
        0,
        channels,
        thresholds.low(),
        thresholds.high(),
        thresholds.flip(),
        panels,
        index(row),
        columnOffsets,
        0,
        wordStride());
  }

  /**
   * Packs trits.
   *
   * @param row the row
   * @param trits -1, 0 or +1, one per column
   * @param offset index of the first
   * @throws IndexOutOfBoundsException if there is no such row, or the trits end before the row
   * @throws IllegalArgumentException if one is no trit; the row stays as it was
   */
  public void set(int row, byte[] trits, int offset) {
    Objects.requireNonNull(trits, "trits");
    Objects.checkFromIndexSize(offset, columns, trits.length);
    TernaryKernel.requireTrits(trits, offset, columns);
    int at = index(row);
    clear(row);
    for (int c = 0; c < columns; c++) {
      byte trit = trits[offset + c];
      int word = at + c / Long.SIZE * wordStride();
      panels[word] |= (trit & 1L) << c;
      panels[word + 1] |= (trit >>> 1 & 1L) << c;
    }
  }

  /**
   * Copies a row of packed planes, as {@link TernaryMatrix} lays them out.
   *
   * @param row the row
   * @param nonzero the nonzero plane
   * @param sign the sign plane; bits where the element is 0 do not matter
   * @param offset index of the row's first word in both
   * @throws IndexOutOfBoundsException if there is no such row, or a plane ends before it
   * @throws IllegalArgumentException if a nonzero bit is set past the last column
   */
  public void set(int row, long[] nonzero, long[] sign, int offset) {
    Objects.requireNonNull(nonzero, "nonzero");
    Objects.requireNonNull(sign, "sign");
    Objects.checkFromIndexSize(offset, words, nonzero.length);
    Objects.checkFromIndexSize(offset, words, sign.length);
    int tail = columns % Long.SIZE;
    if (tail != 0 && nonzero[offset + words - 1] >>> tail != 0) {
      throw new IllegalArgumentException("a bit is set behind column " + (columns - 1));
    }
    int at = index(row);
    for (int k = 0; k < words; k++, at += wordStride()) {
      panels[at] = nonzero[offset + k];
      panels[at + 1] = sign[offset + k];
    }
  }

  /**
   * Copies words of neighbouring rows.
   *
   * @param first the first row
   * @param count how many rows
   * @param word the first word of each
   * @param wordCount how many words of each
   * @param pairs words of the nonzero and the sign plane by turns, or {@code null} for zeros
   * @param from index of the first row's first pair
   * @param step distance between the first pairs of rows
   */
  void copy(int first, int count, int word, int wordCount, long[] pairs, int from, int step) {
    int row = first;
    while (row < first + count) {
      // Within a panel rows are neighbours: no division for each.
      int end = Math.min(first + count, (row / tile + 1) * tile);
      int at = index(row) + word * wordStride();
      for (; row < end; row++, at += 2) {
        int pair = from + (row - first) * step;
        for (int k = 0, to = at; k < wordCount; k++, to += wordStride()) {
          panels[to] = pairs == null ? 0 : pairs[pair + 2 * k];
          panels[to + 1] = pairs == null ? 0 : pairs[pair + 2 * k + 1];
        }
      }
    }
  }

  /**
   * Sets a row to 0.
   *
   * @param row the row
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public void clear(int row) {
    copy(row, 1, 0, words, null, 0, 0);
  }

  /**
   * One trit.
   *
   * @param row its row
   * @param column its column
   * @return -1, 0 or +1
   * @throws IndexOutOfBoundsException if there is no such trit
   */
  public int get(int row, int column) {
    Objects.checkIndex(column, columns);
    int at = index(row) + column / Long.SIZE * wordStride();
    if ((panels[at] >>> column & 1) == 0) {
      return 0;
    }
    return (panels[at + 1] >>> column & 1) == 0 ? 1 : -1;
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "TernaryRows " + capacity + "x" + columns;
  }
}
