package org.setun.kernels;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * @since 0.1
 */
public final class ProductSession {
  /** Bytes of rows of a block: with a panel of weights they stay in the first-level cache. */
  private static final int BLOCK_BYTES = 28 * 1024;

  /** Parts of the outputs per thread, so that threads that are late take fewer. */
  private static final int GROUPS_PER_THREAD = 4;

  private static final int COUNTS = 0;

  private final TernaryProduct product;
  private final Team team;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final int threads;

  // Of the present call.
  private long[] x;
  private int rows;
  private int[] integers;
  private boolean adds;
  private float[] scale;
  private float[] shift;
  private float[] floats;
  private int offset;
  private int leading;

  ProductSession(TernaryProduct product, int threads, Executor executor) {
    this.product = product;
    this.threads = threads;
    Scratch.Need need = new Scratch.Need();
    need.ints(COUNTS, product.gemm.pixels() * product.gemm.channels());
    this.team = new Team(new Step[] {new Blocks()}, threads, executor, need);
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
    check(from, count, y.length, at, stride);
    run(from, count, y, false, null, null, null, at, stride);
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
    check(from, count, y.length, at, stride);
    run(from, count, y, true, null, null, null, at, stride);
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
    check(from, count, y.length, at, stride);
    int outputs = product.outputs();
    if (scales.length != outputs || shifts.length != outputs) {
      throw new IllegalArgumentException(
          scales.length + " scales and " + shifts.length + " shifts for " + outputs + " outputs");
    }
    run(from, count, null, false, scales, shifts, y, at, stride);
  }

  private void check(TernaryRows from, int count, int length, int at, int stride) {
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
    if (stride < product.outputs()) {
      throw new IllegalArgumentException(
          "a leading dimension of " + stride + " for " + product.outputs() + " outputs");
    }
    long end = count == 0 ? at : at + (count - 1L) * stride + product.outputs();
    if (at < 0 || end > length) {
      throw new IndexOutOfBoundsException(
          count
              + " rows of "
              + product.outputs()
              + " from "
              + at
              + " end at "
              + end
              + " of "
              + length);
    }
  }

  private void run(
      TernaryRows from,
      int count,
      int[] ints,
      boolean add,
      float[] scales,
      float[] shifts,
      float[] y,
      int at,
      int stride) {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("the session is in use by another thread");
    }
    try {
      x = from.panels;
      rows = count;
      integers = ints;
      adds = add;
      scale = scales;
      shift = shifts;
      floats = y;
      offset = at;
      leading = stride;
      if (count > 0) {
        team.call();
        try {
          team.run(0);
        } finally {
          team.dismiss();
        }
      }
    } finally {
      x = null;
      integers = null;
      scale = null;
      shift = null;
      floats = null;
      busy.set(false);
    }
  }

  /** Blocks of rows × groups of panels of outputs. */
  private final class Blocks implements Step {
    private final TernaryGemm gemm = product.gemm;
    private final int tile = gemm.pixels();
    private final int width = gemm.channels();
    private final int panelWords = 2 * tile * product.words;
    private final int panels = Math.ceilDiv(product.outputs(), width);
    private final int blockTiles = Math.max(1, BLOCK_BYTES / (panelWords * Long.BYTES));
    private final int groups = threads == 1 ? 1 : Math.min(panels, threads * GROUPS_PER_THREAD);

    @Override
    public int chunks() {
      return Math.ceilDiv(Math.ceilDiv(rows, tile), blockTiles) * groups;
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int first = chunk / groups * blockTiles;
      int end = Math.min(first + blockTiles, Math.ceilDiv(rows, tile));
      int group = chunk % groups;
      int firstPanel = (int) ((long) group * panels / groups);
      int endPanel = (int) ((group + 1L) * panels / groups);
      int[] counts = scratch.ints(COUNTS);
      for (int panel = firstPanel; panel < endPanel; panel++) {
        int w = panel * width * 2 * product.words;
        for (int t = first; t < end; t++) {
          int result = offset + t * tile * leading + panel * width;
          boolean whole = (t + 1) * tile <= rows && (panel + 1) * width <= product.outputs();
          if (whole && integers != null && !adds) {
            gemm.tile(
                x, t * panelWords, product.weights, w, product.words, integers, result, leading);
          } else {
            gemm.tile(x, t * panelWords, product.weights, w, product.words, counts, 0, width);
            finish(counts, Math.min(tile, rows - t * tile), panel * width, result);
          }
        }
      }
    }

    /** Takes the results of a tile that exist. */
    private void finish(int[] counts, int tileRows, int output, int result) {
      int outputs = Math.min(width, product.outputs() - output);
      for (int r = 0; r < tileRows; r++) {
        int to = result + r * leading;
        if (floats != null) {
          for (int o = 0; o < outputs; o++) {
            floats[to + o] = Math.fma(counts[r * width + o], scale[output + o], shift[output + o]);
          }
        } else if (adds) {
          for (int o = 0; o < outputs; o++) {
            integers[to + o] += counts[r * width + o];
          }
        } else {
          System.arraycopy(counts, r * width, integers, to, outputs);
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
