// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Objects;

/**
 * Finds the rows of a {@link BinaryProduct} that are nearest to a query by Hamming distance; of
 * equal distances, the first rows. Owns its working memory, so a search allocates nothing; for one
 * thread at a time.
 *
 * <pre>{@code
 * NearestRows nearest = codes.nearest(10);
 * nearest.find(query, 0);
 * int best = nearest.row(0);
 * }</pre>
 *
 * @since 0.2
 */
public final class NearestRows {
  private final BinaryProduct product;
  private final int[] block;
  private final int[] rows;
  private final int[] distances;
  private int found;

  NearestRows(BinaryProduct product, int most) {
    this.product = product;
    this.block = new int[product.searchBlock()];
    this.rows = new int[most];
    this.distances = new int[most];
  }

  /**
   * Searches all rows.
   *
   * @param query bits
   * @param from index of the query's first word
   * @throws IllegalArgumentException if a bit is set past the last column
   * @throws IndexOutOfBoundsException if the query does not fit into the array
   */
  public void find(long[] query, int from) {
    Objects.requireNonNull(query, "query");
    product.requireQuery(query, from);
    found = 0;
    for (int first = 0; first < product.rows(); first += block.length) {
      int end = Math.min(first + block.length, product.rows());
      product.search(query, from, first, end, block);
      int worst = found < rows.length ? Integer.MAX_VALUE : distances[found - 1];
      for (int i = 0; i < end - first; i++) {
        if (block[i] < worst) {
          insert(first + i, block[i]);
          worst = found < rows.length ? Integer.MAX_VALUE : distances[found - 1];
        }
      }
    }
  }

  private void insert(int row, int distance) {
    int at = found < rows.length ? found++ : found - 1;
    for (; at > 0 && distances[at - 1] > distance; at--) {
      rows[at] = rows[at - 1];
      distances[at] = distances[at - 1];
    }
    rows[at] = row;
    distances[at] = distance;
  }

  /** {@return how many rows the last search has found} */
  public int count() {
    return found;
  }

  /**
   * A row that was found.
   *
   * @param rank 0 for the nearest
   * @return its index in W
   * @throws IndexOutOfBoundsException if not as many were found
   */
  public int row(int rank) {
    return rows[Objects.checkIndex(rank, found)];
  }

  /**
   * The distance of a row that was found.
   *
   * @param rank 0 for the nearest
   * @return bits in which it differs from the query
   * @throws IndexOutOfBoundsException if not as many were found
   */
  public int distance(int rank) {
    return distances[Objects.checkIndex(rank, found)];
  }

  /** Most rows and product, for messages. */
  @Override
  public String toString() {
    return "NearestRows, at most " + rows.length + " of " + product;
  }
}
