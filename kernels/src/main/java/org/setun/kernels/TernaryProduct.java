// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.Ternarizer;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.op.WeightPanels;
import org.setun.kernels.plan.Team;

/**
 * A ternary matrix W that is packed to be multiplied with rows of trits X: {@code Y = X Wᵀ}, {@code
 * Y[r][o] = Σ X[r][c] · W[o][c]}, exact integers. The kernels are those that networks run on.
 * Immutable; threads share it, and each makes a {@link ProductSession} and {@link TernaryRows} of
 * its own.
 *
 * <pre>{@code
 * TernaryMatrix weights = TernaryMatrix.ofTrits(trits, 4096, 4096);
 * TernaryProduct product = TernaryProduct.of(weights, 1);
 * TernaryRows x = product.rows(1);
 * ProductSession session = product.session();
 * x.set(0, activations, 0);
 * session.multiply(x, 1, y, 0, 4096);
 * }</pre>
 *
 * <p>A multiplication takes {@code rows * outputs * columns} multiply-adds, at 64 columns a word;
 * for a single row it takes the time of reading W once.
 *
 * @since 0.2
 */
public final class TernaryProduct {
  final TernaryGemm gemm;
  final Epilogue epilogue;
  final long[] weights;
  final int words;

  private final Ternarizer ternarizer;
  private final int outputs;
  private final int columns;

  private TernaryProduct(TernaryMatrix matrix, Kernels.Gemm kernels) {
    this.gemm = kernels.gemm();
    this.epilogue = kernels.epilogue();
    this.ternarizer = kernels.ternarizer();
    this.outputs = matrix.rows();
    this.columns = matrix.columns();
    this.words = matrix.kernel().wordsPerOutput();
    this.weights = WeightPanels.pack(matrix.kernel(), gemm);
  }

  /**
   * Packs a matrix for the best kernels of this JVM.
   *
   * @param weights W: a row for each output
   * @param rows how many rows of X a multiplication usually has; another number is no error, but
   *     the kernel may not be the fastest
   * @return the product
   * @throws IllegalArgumentException if {@code rows} is below 1
   */
  public static TernaryProduct of(TernaryMatrix weights, int rows) {
    return of(weights, rows, Kernels.best());
  }

  /**
   * Packs a matrix.
   *
   * @param weights W: a row for each output
   * @param rows how many rows of X a multiplication usually has
   * @param kernels what to compute it with
   * @return the product
   * @throws IllegalArgumentException if {@code rows} is below 1
   */
  public static TernaryProduct of(TernaryMatrix weights, int rows, Kernels kernels) {
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(kernels, "kernels");
    if (rows < 1) {
      throw new IllegalArgumentException(rows + " rows");
    }
    return new TernaryProduct(weights, kernels.gemm(rows, weights.rows(), weights.columns()));
  }

  /** {@return the values that a row of X makes: rows of W} */
  public int outputs() {
    return outputs;
  }

  /** {@return the columns of X and of W} */
  public int columns() {
    return columns;
  }

  /**
   * {@return the name of the micro-kernel, its tile and its width, such as {@code zfold-7x1-512}}
   */
  public String kernel() {
    return gemm.name();
  }

  /** {@return the size of the packed matrix in bytes} */
  public long byteSize() {
    return (long) Long.BYTES * weights.length;
  }

  /**
   * Creates room for rows of X, of which numbers become trits by STTN's rule: -1 below -0.5, +1
   * from 0.5 on.
   *
   * @param capacity the most rows
   * @return rows of 0
   * @throws IllegalArgumentException if {@code capacity} is below 1
   */
  public TernaryRows rows(int capacity) {
    return rows(capacity, Thresholds.plain(columns));
  }

  /**
   * Creates room for rows of X.
   *
   * @param capacity the most rows
   * @param thresholds how numbers become trits, for each column
   * @return rows of 0
   * @throws IllegalArgumentException if {@code capacity} is below 1, or the thresholds are not as
   *     many as the columns
   */
  public TernaryRows rows(int capacity, Thresholds thresholds) {
    Objects.requireNonNull(thresholds, "thresholds");
    if (capacity < 1) {
      throw new IllegalArgumentException("room for " + capacity + " rows");
    }
    if (thresholds.channels() != columns) {
      throw new IllegalArgumentException(
          thresholds.channels() + " thresholds for " + columns + " columns");
    }
    return new TernaryRows(capacity, gemm.pixels(), thresholds, ternarizer);
  }

  /** {@return what multiplies on the calling thread} */
  public ProductSession session() {
    return session(1, null);
  }

  /**
   * Creates what multiplies on several threads. Results do not depend on their number.
   *
   * @param threads threads including the calling one, at least 1
   * @param executor lends the other threads for the length of a call; may be {@code null} for one
   *     thread
   * @return what multiplies, for one caller at a time
   * @throws IllegalArgumentException if {@code threads} is below 1, or above 1 without an executor
   */
  public ProductSession session(int threads, Executor executor) {
    Team.requireThreads(threads, executor);
    return new ProductSession(this, threads, executor);
  }

  /** Extents and kernel, for messages. */
  @Override
  public String toString() {
    return "TernaryProduct " + outputs + "x" + columns + " on " + kernel();
  }
}
