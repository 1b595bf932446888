// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.concurrent.atomic.AtomicBoolean;
import org.setun.kernels.op.Epilogue;

/**
 * Where the products of a session's present call go: {@code Y[r][o]} is element {@code offset + r *
 * leading + o} of an array of integers or of fp32 numbers. It also keeps a second call out.
 */
final class Results {
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Epilogue epilogue;
  private final int outputs;

  private int[] integers;
  private boolean adds;
  private float[] scale;
  private float[] shift;
  private float[] floats;
  private int offset;
  private int leading;

  Results(Epilogue epilogue, int outputs) {
    this.epilogue = epilogue;
    this.outputs = outputs;
  }

  /**
   * Begins a call, which must end with {@link #end}.
   *
   * @throws IllegalStateException if another one is running
   */
  void begin() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("the session is in use by another thread");
    }
  }

  void end() {
    integers = null;
    scale = null;
    shift = null;
    floats = null;
    busy.set(false);
  }

  /** Takes integers, or adds them to what is there. */
  void take(int rows, int[] y, boolean add, int at, int stride) {
    check(rows, y.length, at, stride);
    integers = y;
    adds = add;
    offset = at;
    leading = stride;
  }

  /** Takes integers scaled and shifted. */
  void take(int rows, float[] scales, float[] shifts, float[] y, int at, int stride) {
    check(rows, y.length, at, stride);
    if (scales.length != outputs || shifts.length != outputs) {
      throw new IllegalArgumentException(
          scales.length + " scales and " + shifts.length + " shifts for " + outputs + " outputs");
    }
    scale = scales;
    shift = shifts;
    floats = y;
    offset = at;
    leading = stride;
  }

  /** Takes sums as they are. */
  void take(int rows, float[] y, int at, int stride) {
    check(rows, y.length, at, stride);
    floats = y;
    offset = at;
    leading = stride;
  }

  /**
   * Checks a matrix of operands.
   *
   * @throws IllegalArgumentException if {@code rows} is below 0 or the stride too small
   * @throws IndexOutOfBoundsException if it does not fit into its array
   */
  static void requireRows(int rows, int columns, int from, int stride, int length) {
    if (rows < 0) {
      throw new IllegalArgumentException(rows + " rows");
    }
    if (stride < columns) {
      throw new IllegalArgumentException(
          "a leading dimension of " + stride + " for " + columns + " columns");
    }
    long end = rows == 0 ? from : from + (rows - 1L) * stride + columns;
    if (from < 0 || end > length) {
      throw new IndexOutOfBoundsException(
          rows + " rows of " + columns + " from " + from + " end at " + end + " of " + length);
    }
  }

  private void check(int rows, int length, int at, int stride) {
    if (stride < outputs) {
      throw new IllegalArgumentException(
          "a leading dimension of " + stride + " for " + outputs + " outputs");
    }
    long end = rows == 0 ? at : at + (rows - 1L) * stride + outputs;
    if (at < 0 || end > length) {
      throw new IndexOutOfBoundsException(
          rows + " rows of " + outputs + " from " + at + " end at " + end + " of " + length);
    }
  }

  /**
   * Takes sums of a row.
   *
   * @param sums fp32 numbers from index 0 on
   * @param row the row of Y
   * @param output the first one's output
   * @param length how many; those past the last output do not exist
   */
  void finish(float[] sums, int row, int output, int length) {
    int present = Math.min(length, outputs - output);
    int to = index(row, output);
    if (scale == null) {
      System.arraycopy(sums, 0, floats, to, present);
      return;
    }
    for (int i = 0; i < present; i++) {
      floats[to + i] = Math.fma(sums[i], scale[output + i], shift[output + i]);
    }
  }

  /** The array that integers are written to as they are, or {@code null}. */
  int[] plain() {
    return adds ? null : integers;
  }

  /** Index of a result. */
  int index(int row, int output) {
    return offset + row * leading + output;
  }

  /** The leading dimension. */
  int leading() {
    return leading;
  }

  /**
   * Takes results of a row.
   *
   * @param counts integers
   * @param from index of the first
   * @param row the row of Y
   * @param output the first one's output
   * @param length how many; those past the last output do not exist
   * @param rowScale multiplies the outputs' scales
   */
  void finish(int[] counts, int from, int row, int output, int length, float rowScale) {
    int present = Math.min(length, outputs - output);
    int to = index(row, output);
    if (floats != null) {
      epilogue.scale(counts, from, present, rowScale, scale, shift, output, floats, to);
    } else if (adds) {
      for (int i = 0; i < present; i++) {
        integers[to + i] += counts[from + i];
      }
    } else {
      System.arraycopy(counts, from, integers, to, present);
    }
  }
}
