// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.DigitSum;
import org.setun.kernels.op.TritExpansion;
import org.setun.kernels.plan.Team;

/**
 * A ternary matrix W that is packed to be multiplied with rows of 8-bit integers X, as a linear
 * layer of a transformer with ternary weights does: {@code Y = X Wᵀ}, {@code Y[r][o] = Σ X[r][c] ·
 * W[o][c]}, exact integers. Weights stay at two bits. Immutable; threads share it, and each makes
 * an {@link Int8Session} of its own.
 *
 * <pre>{@code
 * Int8Product product = Int8Product.of(weights);
 * Int8Session session = product.session();
 * session.multiply(x, 0, 4096, 1, y, 0, 4096);
 * }</pre>
 *
 * <p>There is no multiplication in it: for each digit of the bytes, the columns that have it are
 * summed, a bit of a vector for each output (see {@link DigitSum}). So the time goes with the
 * number of digits, from none for 0 to two for large values, and outputs are computed by whole
 * vectors: 512 of them at 512 bits, which makes few outputs a waste.
 *
 * @since 0.2
 */
public final class Int8Product {
  /**
   * Where the tables begin: an array's elements begin 16 bytes into it, and a large array, which G1
   * gives a region of its own, at a whole line. So no plane lies in two lines.
   */
  private static final int FIRST = 48;

  final Kernels.Digits kernels;

  /** Of each vector of outputs: {@code [column][+1, 0][bytes]}, then the neutral column. */
  final byte[] tables;

  private final int outputs;
  private final int columns;

  private Int8Product(TernaryMatrix matrix, Kernels.Digits kernels) {
    this.kernels = kernels;
    this.outputs = matrix.rows();
    this.columns = matrix.columns();
    int lanes = kernels.sum().lanes();
    long size = FIRST + (long) Math.ceilDiv(outputs, lanes) * tableBytes();
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          matrix + " takes " + size + " bytes packed, more than an array; multiply it in parts");
    }
    this.tables = new byte[(int) size];
    TernaryKernel trits = matrix.kernel();
    long[] nonzero = trits.nonzeroPlane();
    long[] sign = trits.signPlane();
    for (int o = 0; o < outputs; o++) {
      int lane = BitSlicedCounts.interleavedLane(o % lanes, lanes);
      pack(nonzero, sign, o * trits.wordsPerOutput(), lane, table(o / lanes));
    }
    for (int v = 0; v < vectors(); v++) {
      TritExpansion.putNeutral(tables, table(v) + columns * entryBytes(), kernels.sum().bytes());
    }
  }

  private void pack(long[] nonzero, long[] sign, int words, int lane, int table) {
    int bytes = kernels.sum().bytes();
    int at = table + lane / Byte.SIZE;
    byte bit = (byte) (1 << lane % Byte.SIZE);
    for (int c = 0; c < columns; c++, at += 2 * bytes) {
      int word = words + c / Long.SIZE;
      if ((nonzero[word] >>> c & 1) == 0) {
        tables[at + bytes] |= bit;
      } else if ((sign[word] >>> c & 1) == 0) {
        tables[at] |= bit;
      }
    }
  }

  /**
   * Packs a matrix for the best kernels of this JVM.
   *
   * @param weights W: a row for each output
   * @return the product
   */
  public static Int8Product of(TernaryMatrix weights) {
    return of(weights, Kernels.best());
  }

  /**
   * Packs a matrix.
   *
   * @param weights W: a row for each output
   * @param kernels what to compute it with
   * @return the product
   */
  public static Int8Product of(TernaryMatrix weights, Kernels kernels) {
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(kernels, "kernels");
    return new Int8Product(weights, kernels.digits());
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
    return tables.length;
  }

  /** {@return the name of the kernel and its width, such as {@code digits-512}} */
  public String kernel() {
    return "digits-" + kernels.sum().lanes();
  }

  /** Vectors of outputs. */
  int vectors() {
    return Math.ceilDiv(outputs, kernels.sum().lanes());
  }

  /** Where the table of a vector of outputs begins. */
  int table(int vector) {
    return FIRST + vector * tableBytes();
  }

  private int tableBytes() {
    return Math.multiplyExact(columns + 1, entryBytes());
  }

  /** Distance between columns. */
  int entryBytes() {
    return 2 * kernels.sum().bytes();
  }

  /** {@return what multiplies on the calling thread} */
  public Int8Session session() {
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
  public Int8Session session(int threads, Executor executor) {
    Team.requireThreads(threads, executor);
    return new Int8Session(this, threads, executor);
  }

  /** Extents and kernel, for messages. */
  @Override
  public String toString() {
    return "Int8Product " + outputs + "x" + columns + " on " + kernel();
  }
}
