// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.plan.Team;

/**
 * Multiplies rows of trits with the matrix of a {@link TernaryProduct}. It owns the working memory
 * of its threads, so a call allocates nothing; one caller at a time, a second one gets an {@link
 * IllegalStateException}.
 *
 * <p>Results are written as a matrix with a leading dimension: {@code Y[r][o]} is {@code y[offset +
 * r * leading + o]}. Elements between the rows are left alone.
 *
 * @since 0.2
 */
public final class ProductSession {
  /** Bytes of rows of a block: with a panel of weights they stay in the first-level cache. */
  private static final int BLOCK_BYTES = 28 * 1024;

  /** Bytes of results that wait to be finished. */
  private static final int COUNT_BYTES = 64 * 1024;

  /** Parts of the outputs per thread, so that threads that are late take fewer. */
  private static final int GROUPS_PER_THREAD = 4;

  private static final int COUNTS = 0;

  private final TernaryProduct product;
  private final Team team;
  private final Results results;
  private final int threads;

  // Of the present call.
  private long[] x;
  private int rows;

  ProductSession(TernaryProduct product, int threads, Executor executor) {
    this.product = product;
    this.threads = threads;
    this.results = new Results(product.epilogue, product.outputs());
    Scratch.Need need = new Scratch.Need();
    Blocks blocks = new Blocks();
    need.ints(COUNTS, blocks.counts());
    this.team = new Team(new Step[] {blocks}, threads, executor, need);
  }

  /**
   * {@code Y = X Wᵀ}.
   *
   * @param from X
   * @param count how many of its rows, from the first on
   * @param y receives the results
   * @param at index of the first result
   * @param stride the leading dimension: distance between rows of Y, at least the outputs
   * @throws IllegalArgumentException if X was made for another kernel or has other columns, or has
   *     not so many rows, or {@code stride} is too small
   * @throws IndexOutOfBoundsException if Y does not fit into the array
   * @throws IllegalStateException if another call is running
   */
  public void multiply(TernaryRows from, int count, int[] y, int at, int stride) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(from, count);
      results.take(count, y, false, at, stride);
      run();
    } finally {
      end();
    }
  }

  /**
   * {@code Y += X Wᵀ}, modulo 2<sup>32</sup>.
   *
   * @param from X
   * @param count how many of its rows, from the first on
   * @param y what is added to
   * @param at index of the first result
   * @param stride the leading dimension, as in {@link #multiply(TernaryRows, int, int[], int, int)}
   */
  public void multiplyAdd(TernaryRows from, int count, int[] y, int at, int stride) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(from, count);
      results.take(count, y, true, at, stride);
      run();
    } finally {
      end();
    }
  }

  /**
   * {@code Y[r][o] = fma((X Wᵀ)[r][o], scale[o], shift[o])}.
   *
   * @param from X
   * @param count how many of its rows, from the first on
   * @param scales multiplier of each output
   * @param shifts addend of each output
   * @param y receives the results
   * @param at index of the first result
   * @param stride the leading dimension, as in {@link #multiply(TernaryRows, int, int[], int, int)}
   * @throws IllegalArgumentException as there, or if there is not a scale and a shift for each
   *     output
   */
  public void multiply(
      TernaryRows from, int count, float[] scales, float[] shifts, float[] y, int at, int stride) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(shifts, "shifts");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(from, count);
      results.take(count, scales, shifts, y, at, stride);
      run();
    } finally {
      end();
    }
  }

  private void read(TernaryRows from, int count) {
    if (from.columns() != product.columns() || from.tile != product.gemm.pixels()) {
      throw new IllegalArgumentException(
          from
              + " in tiles of "
              + from.tile
              + " rows do not fit "
              + product
              + "; make them with it");
    }
    if (count < 0 || count > from.capacity()) {
      throw new IllegalArgumentException(count + " rows of " + from);
    }
    x = from.panels;
    rows = count;
  }

  private void run() {
    if (rows > 0) {
      team.runAlone();
    }
  }

  private void end() {
    x = null;
    results.end();
  }

  /**
   * Blocks of rows × groups of panels of outputs. Integers of whole tiles are written where they
   * belong; others go through an array of a few panels, whose rows are then finished: longer runs
   * than a tile's.
   */
  private final class Blocks implements Step {
    private final TernaryGemm gemm = product.gemm;
    private final int tile = gemm.pixels();
    private final int width = gemm.channels();
    private final int panelWords = 2 * tile * product.words;
    private final int panels = Math.ceilDiv(product.outputs(), width);
    private final int blockTiles = Math.max(1, BLOCK_BYTES / (panelWords * Long.BYTES));
    private final int groups = threads == 1 ? 1 : Math.min(panels, threads * GROUPS_PER_THREAD);
    private final int together =
        Math.clamp(COUNT_BYTES / (Integer.BYTES * blockTiles * tile * width), 1, panels);

    /** Integers of the panels that are finished together. */
    int counts() {
      return Math.multiplyExact(blockTiles * tile, together * width);
    }

    @Override
    public int chunks() {
      return Math.ceilDiv(Math.ceilDiv(rows, tile), blockTiles) * groups;
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int first = chunk / groups * blockTiles;
      int end = Math.min(first + blockTiles, Math.ceilDiv(rows, tile));
      int group = chunk % groups;
      int endPanel = (int) ((group + 1L) * panels / groups);
      int[] plain = end * tile <= rows ? results.plain() : null;
      int[] counts = scratch.ints(COUNTS);
      for (int panel = (int) ((long) group * panels / groups); panel < endPanel; ) {
        int next = Math.min(panel + together, endPanel);
        if (plain != null && next * width <= product.outputs()) {
          int at = results.index(first * tile, panel * width);
          multiply(panel, next, first, end, plain, at, results.leading());
        } else {
          int stride = (next - panel) * width;
          multiply(panel, next, first, end, counts, 0, stride);
          for (int r = first * tile; r < Math.min(end * tile, rows); r++) {
            results.finish(counts, (r - first * tile) * stride, r, panel * width, stride, 1);
          }
        }
        panel = next;
      }
    }

    /** Multiplies tiles of rows with panels. */
    private void multiply(
        int panel, int endPanel, int first, int end, int[] to, int at, int stride) {
      for (int p = panel; p < endPanel; p++) {
        int w = p * width * 2 * product.words;
        for (int t = first; t < end; t++) {
          int result = at + (t - first) * tile * stride + (p - panel) * width;
          gemm.tile(x, t * panelWords, product.weights, w, product.words, to, result, stride);
        }
      }
    }
  }

  /** Product and threads, for messages. */
  @Override
  public String toString() {
    return "ProductSession of " + product + (threads == 1 ? "" : ", " + threads + " threads");
  }
}
