// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.setun.kernels.op.SignedSum;
import org.setun.kernels.plan.Team;

/**
 * A ternary matrix W that is packed to be multiplied with rows of fp32 numbers X: {@code Y = X Wᵀ}.
 * Weights stay at two bits, and nothing is rounded but the sums; their order is that of {@link
 * SignedSum}, so results are the same to the bit on any machine and with any number of threads. A
 * weight of 0 adds nothing, also where X is infinite or NaN. Immutable; threads share it, and each
 * makes a {@link FloatSession} of its own.
 *
 * <p>Where activations may be rounded to bytes, {@link Int8Product} is faster.
 *
 * @since 0.2
 */
public final class FloatProduct {
  final Kernels.SignedSums kernels;

  /** Of each panel of outputs: {@code [column][+1, -1]}. */
  final long[] weights;

  private final int outputs;
  private final int columns;

  private FloatProduct(TernaryMatrix matrix, Kernels.SignedSums kernels) {
    this.kernels = kernels;
    this.outputs = matrix.rows();
    this.columns = matrix.columns();
    long size = 2L * columns * Math.ceilDiv(outputs, SignedSum.OUTPUTS);
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          matrix + " takes " + size + " words packed, more than an array; multiply it in parts");
    }
    this.weights = new long[(int) size];
    long[] nonzero = matrix.kernel().nonzeroPlane();
    long[] sign = matrix.kernel().signPlane();
    for (int o = 0; o < outputs; o++) {
      int words = o * matrix.kernel().wordsPerOutput();
      int panel = panel(o / SignedSum.OUTPUTS);
      for (int c = 0; c < columns; c++) {
        long present = nonzero[words + c / Long.SIZE] >>> c & 1;
        long minus = present & sign[words + c / Long.SIZE] >>> c;
        weights[panel + 2 * c] |= (present ^ minus) << o;
        weights[panel + 2 * c + 1] |= minus << o;
      }
    }
  }

  /**
   * Packs a matrix for the best kernels of this JVM.
   *
   * @param weights W: a row for each output
   * @return the product
   * @throws IllegalArgumentException if it is too large for an array
   */
  public static FloatProduct of(TernaryMatrix weights) {
    return of(weights, Kernels.best());
  }

  /**
   * Packs a matrix.
   *
   * @param weights W: a row for each output
   * @param kernels what to compute it with
   * @return the product
   * @throws IllegalArgumentException if it is too large for an array
   */
  public static FloatProduct of(TernaryMatrix weights, Kernels kernels) {
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(kernels, "kernels");
    return new FloatProduct(weights, kernels.signedSums());
  }

  /** {@return the values that a row of X makes: rows of W} */
  public int outputs() {
    return outputs;
  }

  /** {@return the columns of X and of W} */
  public int columns() {
    return columns;
  }

  /** {@return the size of the packed matrix in bytes} */
  public long byteSize() {
    return (long) Long.BYTES * weights.length;
  }

  /** Where the weights of a panel begin. */
  int panel(int index) {
    return index * 2 * columns;
  }

  /** {@return what multiplies on the calling thread} */
  public FloatSession session() {
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
  public FloatSession session(int threads, Executor executor) {
    Team.requireThreads(threads, executor);
    return new FloatSession(this, threads, executor);
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "FloatProduct " + outputs + "x" + columns;
  }
}
