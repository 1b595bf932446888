// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.DigitSum;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.plan.Team;

/**
 * Multiplies rows of bytes with the matrix of an {@link Int8Product}. It owns the working memory of
 * its threads, so a call allocates nothing; one caller at a time, a second one gets an {@link
 * IllegalStateException}.
 *
 * <p>X and Y are matrices with a leading dimension: {@code X[r][c]} is {@code x[from + r * xStride
 * + c]}, {@code Y[r][o]} is {@code y[at + r * stride + o]}. Elements between the rows are left
 * alone.
 *
 * @since 0.2
 */
public final class Int8Session {
  /** Columns whose sums fit into the planes of a counter and of a total, whatever the bytes. */
  static final int BLOCK_COLUMNS = 16_384;

  /** Bytes of lists: they stay in the second-level cache while the vectors of outputs go by. */
  private static final int LIST_BYTES = 512 * 1024;

  private static final int MOST_ROWS = 64;

  /** The least that {@link DigitSum} takes. */
  private static final int LEAST_PLANES = 10;

  private static final int TOTAL_PLANES = 24;

  private static final int COUNTERS = 0;
  private static final int TOTALS = 1;
  private static final int WORK = 2;
  private static final int COUNTS = 0;

  private final Int8Product product;
  private final Team team;
  private final Results results;
  private final int threads;

  /** Of each row of a block, and each block of columns. */
  private final DigitLists[][] lists;

  // Of the present call.
  private byte[] x;
  private int offset;
  private int leading;
  private float[] rowScales;
  private int firstRow;
  private int blockRows;

  Int8Session(Int8Product product, int threads, Executor executor) {
    this.product = product;
    this.threads = threads;
    this.results = new Results(product.kernels.epilogue(), product.outputs());
    int columns = Math.min(product.columns(), BLOCK_COLUMNS);
    int rows = Math.clamp(LIST_BYTES / (2L * Integer.BYTES * product.columns()), 1, MOST_ROWS);
    int blocks = Math.ceilDiv(product.columns(), BLOCK_COLUMNS);
    this.lists = new DigitLists[rows][blocks];
    for (DigitLists[] row : lists) {
      Arrays.setAll(row, block -> new DigitLists(columns));
    }
    int bytes = product.kernels.sum().bytes();
    int lanes = product.kernels.sum().lanes();
    Scratch.Need need = new Scratch.Need();
    need.bytes(COUNTERS, Short.SIZE * bytes);
    need.bytes(TOTALS, TOTAL_PLANES * bytes);
    need.bytes(WORK, BitSlicedCounts.workBytes(lanes));
    need.ints(COUNTS, 2 * lanes);
    this.team = new Team(new Step[] {new Listing(), new Sums()}, threads, executor, need);
  }

  /**
   * {@code Y = X Wᵀ}, modulo 2<sup>32</sup>; exact below 2<sup>24</sup> columns.
   *
   * @param bytes X
   * @param from index of its first element
   * @param xStride distance between rows of X, at least the columns
   * @param rows rows of X
   * @param y receives the results
   * @param at index of the first result
   * @param stride distance between rows of Y, at least the outputs
   * @throws IllegalArgumentException if a stride is too small, or {@code rows} below 0
   * @throws IndexOutOfBoundsException if X or Y does not fit into its array
   * @throws IllegalStateException if another call is running
   */
  public void multiply(byte[] bytes, int from, int xStride, int rows, int[] y, int at, int stride) {
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(bytes, from, xStride, rows, null);
      results.take(rows, y, false, at, stride);
      run(rows);
    } finally {
      end();
    }
  }

  /**
   * {@code Y += X Wᵀ}, modulo 2<sup>32</sup>.
   *
   * @param bytes X
   * @param from index of its first element
   * @param xStride distance between rows of X, at least the columns
   * @param rows rows of X
   * @param y what is added to
   * @param at index of the first result
   * @param stride distance between rows of Y, at least the outputs
   * @throws IllegalArgumentException if a stride is too small, or {@code rows} below 0
   * @throws IndexOutOfBoundsException if X or Y does not fit into its array
   * @throws IllegalStateException if another call is running
   */
  public void multiplyAdd(
      byte[] bytes, int from, int xStride, int rows, int[] y, int at, int stride) {
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(bytes, from, xStride, rows, null);
      results.take(rows, y, true, at, stride);
      run(rows);
    } finally {
      end();
    }
  }

  /**
   * {@code Y[r][o] = fma((X Wᵀ)[r][o], factors[r] * scales[o], shifts[o])}: activations that were
   * quantized row by row, weights with a scale for each output.
   *
   * @param bytes X
   * @param from index of its first element
   * @param xStride distance between rows of X, at least the columns
   * @param rows rows of X
   * @param factors multiplier of each row, or {@code null} for 1
   * @param scales multiplier of each output
   * @param shifts addend of each output
   * @param y receives the results
   * @param at index of the first result
   * @param stride distance between rows of Y, at least the outputs
   * @throws IllegalArgumentException if a stride is too small, {@code rows} below 0, or there is
   *     not a factor for each row, a scale and a shift for each output
   * @throws IndexOutOfBoundsException if X or Y does not fit into its array
   * @throws IllegalStateException if another call is running
   */
  public void multiply(
      byte[] bytes,
      int from,
      int xStride,
      int rows,
      float[] factors,
      float[] scales,
      float[] shifts,
      float[] y,
      int at,
      int stride) {
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(shifts, "shifts");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(bytes, from, xStride, rows, factors);
      results.take(rows, scales, shifts, y, at, stride);
      run(rows);
    } finally {
      end();
    }
  }

  private void read(byte[] bytes, int from, int xStride, int rows, float[] factors) {
    Results.requireRows(rows, product.columns(), from, xStride, bytes.length);
    if (factors != null && factors.length < rows) {
      throw new IllegalArgumentException(factors.length + " factors for " + rows + " rows");
    }
    x = bytes;
    offset = from;
    leading = xStride;
    rowScales = factors;
  }

  private void run(int rows) {
    if (rows == 0) {
      return;
    }
    team.call();
    try {
      for (firstRow = 0; firstRow < rows; firstRow += lists.length) {
        blockRows = Math.min(lists.length, rows - firstRow);
        team.run(0);
        team.run(1);
      }
    } finally {
      team.dismiss();
    }
  }

  private void end() {
    x = null;
    rowScales = null;
    results.end();
  }

  /** Lists the columns of rows. */
  private final class Listing implements Step {
    @Override
    public int chunks() {
      return blockRows;
    }

    @Override
    public void run(int row, Scratch scratch) {
      int columns = product.columns();
      int step = product.entryBytes();
      for (int block = 0; block < lists[row].length; block++) {
        int first = block * BLOCK_COLUMNS;
        int count = Math.min(BLOCK_COLUMNS, columns - first);
        int from = offset + (firstRow + row) * leading + first;
        lists[row][block].fill(x, from, count, first * step, step, columns * step);
      }
    }
  }

  /** Vectors of outputs × runs of rows. */
  private final class Sums implements Step {
    private final DigitSum sum = product.kernels.sum();
    private final int bytes = sum.bytes();
    private final int lanes = sum.lanes();

    @Override
    public int chunks() {
      return product.vectors() * runs();
    }

    /** Parts of the rows: so that each thread has a few chunks. */
    private int runs() {
      return threads == 1 ? 1 : Math.min(blockRows, Math.ceilDiv(4 * threads, product.vectors()));
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int runs = runs();
      int vector = chunk / runs;
      int run = chunk % runs;
      int output = vector * lanes;
      int[] plain = output + lanes <= product.outputs() ? results.plain() : null;
      for (int row = run * blockRows / runs; row < (run + 1) * blockRows / runs; row++) {
        int y = firstRow + row;
        if (plain != null) {
          sum(row, vector, plain, results.index(y, output), scratch);
        } else {
          int[] counts = scratch.ints(COUNTS);
          sum(row, vector, counts, 0, scratch);
          float factor = rowScales == null ? 1 : rowScales[y];
          results.finish(counts, 0, y, output, lanes, factor);
        }
      }
    }

    /** A row times a vector of outputs. */
    private void sum(int row, int vector, int[] out, int to, Scratch scratch) {
      sum(lists[row][0], vector, scratch, out, to);
      for (int block = 1; block < lists[row].length; block++) {
        int[] counts = scratch.ints(COUNTS);
        sum(lists[row][block], vector, scratch, counts, lanes);
        for (int i = 0; i < lanes; i++) {
          out[to + i] += counts[lanes + i];
        }
      }
    }

    private void sum(DigitLists digits, int vector, Scratch scratch, int[] out, int to) {
      byte[] totals = scratch.bytes(TOTALS);
      Arrays.fill(totals, 0, TOTAL_PLANES * bytes, (byte) 0);
      int upper = digits.upperMagnitudes();
      int lower = digits.lowerMagnitudes();
      int bias =
          DigitLists.UPPER * sum(digits, 0, upper, vector, DigitLists.UPPER_PLANES, scratch)
              + sum(digits, 2 * upper, lower, vector, 0, scratch);
      product
          .kernels
          .counts()
          .interleaved(totals, 0, TOTAL_PLANES, bias, scratch.bytes(WORK), out, to);
    }

    /**
     * Adds the digits of one place to the totals.
     *
     * @return by how much the totals are too large
     */
    private int sum(
        DigitLists digits, int first, int magnitudes, int vector, int plane, Scratch scratch) {
      byte[] counters = scratch.bytes(COUNTERS);
      byte[] totals = scratch.bytes(TOTALS);
      int end = first + 2 * magnitudes;
      int all = digits.start(end) - digits.start(first);
      int planes = Math.max(LEAST_PLANES, Integer.SIZE - Integer.numberOfLeadingZeros(2 * all));
      // What negative digits may take away is there from the start, so that no counter wraps.
      int bias = 0;
      for (int list = first; list < end; list += 2) {
        bias += 2 * (digits.start(list + 1) - digits.start(list));
      }
      for (int p = 0; p < planes; p++) {
        Arrays.fill(counters, p * bytes, (p + 1) * bytes, (byte) -(bias >>> p & 1));
      }
      int table = product.table(vector);
      int totalBias = 0;
      for (int list = first; list < end; list += 2) {
        int minus = digits.start(list);
        int plus = digits.start(list + 1);
        int next = digits.start(list + 2);
        boolean complement = plus > minus;
        add(table, digits.entries(), minus, plus, counters, planes, complement);
        add(table, digits.entries(), plus, next, counters, planes, complement);
        bias += next - plus - (plus - minus);
        sum.accumulate(counters, 0, planes, totals, plane * bytes, TOTAL_PLANES - plane);
        totalBias += bias;
      }
      return totalBias;
    }

    private void add(
        int table,
        int[] entries,
        int from,
        int end,
        byte[] counters,
        int planes,
        boolean complement) {
      boolean first = complement;
      int at = from;
      while (at < end || first) {
        int next = Math.min(at + DigitSum.LONGEST, end);
        sum.add(product.tables, table, entries, at, next, counters, 0, planes, first);
        first = false;
        at = next;
      }
    }
  }

  /** Product and threads, for messages. */
  @Override
  public String toString() {
    return "Int8Session of " + product + (threads == 1 ? "" : ", " + threads + " threads");
  }
}
