// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.setun.kernels.op.SignedSum;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.plan.Team;

/**
 * Multiplies rows of fp32 numbers with the matrix of a {@link FloatProduct}. It owns the working
 * memory of its threads, so a call allocates nothing; one caller at a time, a second one gets an
 * {@link IllegalStateException}.
 *
 * <p>X and Y are matrices with a leading dimension: {@code X[r][c]} is {@code x[from + r * xStride
 * + c]}, {@code Y[r][o]} is {@code y[at + r * stride + o]}. Elements between the rows are left
 * alone.
 *
 * @since 0.2
 */
public final class FloatSession {
  private static final int SUMS = 0;

  private final FloatProduct product;
  private final Team team;
  private final Results results;
  private final int threads;

  // Of the present call.
  private float[] x;
  private int offset;
  private int leading;
  private int rows;

  FloatSession(FloatProduct product, int threads, Executor executor) {
    this.product = product;
    this.threads = threads;
    this.results = new Results(product.kernels.epilogue(), product.outputs());
    Scratch.Need need = new Scratch.Need();
    need.floats(SUMS, SignedSum.OUTPUTS);
    this.team = new Team(new Step[] {new Panels()}, threads, executor, need);
  }

  /**
   * {@code Y = X Wᵀ}.
   *
   * @param values X
   * @param from index of its first element
   * @param xStride distance between rows of X, at least the columns
   * @param count rows of X
   * @param y receives the results
   * @param at index of the first result
   * @param stride distance between rows of Y, at least the outputs
   * @throws IllegalArgumentException if a stride is too small, or {@code count} below 0
   * @throws IndexOutOfBoundsException if X or Y does not fit into its array
   * @throws IllegalStateException if another call is running
   */
  public void multiply(
      float[] values, int from, int xStride, int count, float[] y, int at, int stride) {
    Objects.requireNonNull(values, "values");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(values, from, xStride, count);
      results.take(count, y, at, stride);
      run();
    } finally {
      end();
    }
  }

  /**
   * {@code Y[r][o] = fma((X Wᵀ)[r][o], scales[o], shifts[o])}.
   *
   * @param values X
   * @param from index of its first element
   * @param xStride distance between rows of X, at least the columns
   * @param count rows of X
   * @param scales multiplier of each output
   * @param shifts addend of each output
   * @param y receives the results
   * @param at index of the first result
   * @param stride distance between rows of Y, at least the outputs
   * @throws IllegalArgumentException if a stride is too small, {@code count} below 0, or there is
   *     not a scale and a shift for each output
   * @throws IndexOutOfBoundsException if X or Y does not fit into its array
   * @throws IllegalStateException if another call is running
   */
  public void multiply(
      float[] values,
      int from,
      int xStride,
      int count,
      float[] scales,
      float[] shifts,
      float[] y,
      int at,
      int stride) {
    Objects.requireNonNull(values, "values");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(shifts, "shifts");
    Objects.requireNonNull(y, "y");
    results.begin();
    try {
      read(values, from, xStride, count);
      results.take(count, scales, shifts, y, at, stride);
      run();
    } finally {
      end();
    }
  }

  private void read(float[] values, int from, int xStride, int count) {
    Results.requireRows(count, product.columns(), from, xStride, values.length);
    x = values;
    offset = from;
    leading = xStride;
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

  /** Panels of outputs, each for all rows: its weights stay in cache. */
  private final class Panels implements Step {
    @Override
    public int chunks() {
      return Math.ceilDiv(product.outputs(), SignedSum.OUTPUTS);
    }

    @Override
    public void run(int panel, Scratch scratch) {
      float[] sums = scratch.floats(SUMS);
      int output = panel * SignedSum.OUTPUTS;
      for (int r = 0; r < rows; r++) {
        product
            .kernels
            .sum()
            .panel(
                x,
                offset + r * leading,
                product.columns(),
                product.weights,
                product.panel(panel),
                sums,
                0);
        results.finish(sums, r, output, SignedSum.OUTPUTS);
      }
    }
  }

  /** Product and threads, for messages. */
  @Override
  public String toString() {
    return "FloatSession of " + product + (threads == 1 ? "" : ", " + threads + " threads");
  }
}
