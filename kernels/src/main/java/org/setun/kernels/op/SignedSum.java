// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Sums of fp32 numbers with signs: {@code out[o] = Σ x[c] · w[o][c]} with w of -1, 0 and +1, for
 * {@value #OUTPUTS} outputs.
 *
 * <p>The order is part of the definition: columns are added in their order, {@value #BLOCK} at a
 * time to a sum that begins at 0, and those sums in their order to the result, which begins at 0
 * too. A weight of 0 adds nothing, whatever x is. So results are equal to the bit for all
 * implementations and widths; and a sum of thousands of numbers loses less than one after the other
 * would.
 *
 * <p>A column's weights are two words, {@code weights[2 c]} where they are +1 and {@code weights[2
 * c + 1]} where they are -1; bit {@code o} is output {@code o}.
 */
public interface SignedSum {
  /** Outputs of a panel. */
  int OUTPUTS = Long.SIZE;

  /** Columns that are summed before they are added to the result. */
  int BLOCK = 64;

  /**
   * Computes a panel.
   *
   * @param x numbers
   * @param from index of the first
   * @param columns how many
   * @param weights two words a column
   * @param at index of the first
   * @param out receives {@value #OUTPUTS} sums
   * @param to index of the first
   */
  void panel(float[] x, int from, int columns, long[] weights, int at, float[] out, int to);
}
