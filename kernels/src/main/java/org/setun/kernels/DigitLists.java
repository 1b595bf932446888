// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import org.setun.kernels.op.DigitSum;

/**
 * A row of bytes as lists of its columns, one for each digit. A byte is {@code 16 h + l} with
 * digits of -8 to 8, or, where that saves more entries than it costs lists, {@code l} alone up to
 * 24: of bell-shaped activations more than half are as small, and 1.4 entries a byte are left of
 * 1.9.
 *
 * <p>Lists come in the order in which {@link DigitSum} wants them: those of h, then those of l; in
 * each by falling magnitude, the negative digit first. Each is padded to whole groups with the
 * neutral column.
 */
final class DigitLists {
  /** What the upper digits count. */
  static final int UPPER = 16;

  /** Planes that sums of upper digits are moved by. */
  static final int UPPER_PLANES = 4;

  private static final int SMALL = 8;
  private static final int LARGE = 24;

  /** Lists with {@link #LARGE} lower digits, and one for what is no digit. */
  private static final int MOST = 2 * (SMALL + LARGE) + 1;

  private static final int VALUES = 1 << Byte.SIZE;

  /** Entries that a magnitude more costs: two lists and a sum. */
  private static final int MAGNITUDE_COST = 50;

  /** For each byte + 128 the list of its upper digit, then for each that of its lower one. */
  private static final byte[] SMALL_LISTS = lists(SMALL);

  private static final byte[] LARGE_LISTS = lists(LARGE);

  private final int[] entries;
  private final int[] starts = new int[MOST + 1];
  private final int[] next = new int[MOST];
  private final int[] histogram = new int[VALUES];
  private int lower;

  /**
   * Room for rows.
   *
   * @param columns the most columns of a row
   */
  DigitLists(int columns) {
    // Two a column, digits or none, and the padding of each list.
    entries = new int[Math.addExact(Math.multiplyExact(2, columns), MOST * DigitSum.GROUP)];
  }

  private static byte[] lists(int lower) {
    byte[] lists = new byte[2 * VALUES];
    int none = 2 * (SMALL + lower);
    for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
      int low = Math.abs(value) <= lower ? value : Math.floorMod(value + SMALL, UPPER) - SMALL;
      int high = (value - low) / UPPER;
      int index = value - Byte.MIN_VALUE;
      lists[index] = (byte) (high == 0 ? none : list(high, SMALL));
      lists[VALUES + index] = (byte) (low == 0 ? none : 2 * SMALL + list(low, lower));
    }
    return lists;
  }

  private static int list(int digit, int most) {
    return 2 * (most - Math.abs(digit)) + (digit > 0 ? 1 : 0);
  }

  /** Magnitudes of the upper digits. */
  int upperMagnitudes() {
    return SMALL;
  }

  /** Magnitudes of the lower digits of this row. */
  int lowerMagnitudes() {
    return lower;
  }

  /** Offsets of all lists' columns. */
  int[] entries() {
    return entries;
  }

  /** Where a list begins in {@link #entries}; it ends where the next one begins. */
  int start(int list) {
    return starts[list];
  }

  /**
   * Lists the columns of a row.
   *
   * @param x bytes
   * @param from index of the first
   * @param columns how many
   * @param offset offset of the first column
   * @param step distance between the offsets of columns
   * @param neutral offset of the neutral column
   */
  void fill(byte[] x, int from, int columns, int offset, int step, int neutral) {
    Arrays.fill(histogram, 0);
    for (int c = 0; c < columns; c++) {
      histogram[x[from + c] - Byte.MIN_VALUE]++;
    }
    int saved = 0;
    for (int value = -LARGE; value <= LARGE; value++) {
      int index = value - Byte.MIN_VALUE;
      boolean two = Math.abs(value) > SMALL && value % UPPER != 0;
      saved += two ? histogram[index] : 0;
    }
    lower = saved > MAGNITUDE_COST * (LARGE - SMALL) ? LARGE : SMALL;
    byte[] lists = lower == LARGE ? LARGE_LISTS : SMALL_LISTS;
    int count = 2 * (SMALL + lower);
    place(lists, count, neutral);
    for (int c = 0, to = offset; c < columns; c++, to += step) {
      int index = x[from + c] - Byte.MIN_VALUE;
      int upperList = lists[index];
      entries[next[upperList]++] = to;
      int lowerList = lists[VALUES + index];
      entries[next[lowerList]++] = to;
    }
  }

  /** Places lists one after the other, each with its padding. */
  private void place(byte[] lists, int count, int neutral) {
    Arrays.fill(next, 0);
    for (int index = 0; index < VALUES; index++) {
      next[lists[index]] += histogram[index];
      next[lists[VALUES + index]] += histogram[index];
    }
    int at = 0;
    for (int list = 0; list < count; list++) {
      int end = at + next[list];
      starts[list] = at;
      next[list] = at;
      at = Math.ceilDiv(end - at, DigitSum.GROUP) * DigitSum.GROUP + at;
      Arrays.fill(entries, end, at, neutral);
    }
    starts[count] = at;
    next[count] = at;
  }
}
