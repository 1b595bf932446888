// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Micro-kernel of the ternary matrix product: one register tile of {@link #pixels} × {@link
 * #channels} exact integer results.
 *
 * <p>A kernel dictates how its operands are packed. K counts words of 64 trits.
 *
 * <ul>
 *   <li>Activations, panels of {@code T = pixels()}: the planes of trit word {@code k} of pixel
 *       {@code j} of a panel are {@code a[(k * T + j) * 2]} (nonzero) and the element after it
 *       (sign). All addresses of one step of the K loop are then one register plus constants: with
 *       a pointer per pixel instead, C2 spilled them and a 4×1 tile fell from 620 to 440 GMAC/s.
 *   <li>Weights, panels of {@code P = channels()}: {@code w[k * 2 P + c]} (nonzero) and {@code w[k
 *       * 2 P + P + c]} (sign, see {@link #alternatesSign}).
 *   <li>Results: {@code counts[j * stride + c]}.
 * </ul>
 *
 * <p>Words whose nonzero plane is 0 in either operand add nothing, so zero padding of pixels,
 * channels and K is exact. A sign bit may hold anything where its nonzero bit is clear.
 */
public interface TernaryGemm {
  /** Operation, tile and width, as in {@code zfold-7x1-512}. */
  String name();

  /** Pixels (rows of the activation matrix) in a tile. */
  int pixels();

  /** Output channels (rows of the weight matrix) in a tile. */
  int channels();

  /**
   * Vector operations that a tile executes on the arithmetic ports; loads are not counted. Divided
   * by the number of such ports it is the least number of cycles.
   *
   * @param words K
   * @param popcountInstruction whether the machine counts the bits of a vector's lanes in one
   *     instruction
   * @return operations for one tile
   */
  int operations(int words, boolean popcountInstruction);

  /**
   * Vectors that the loop over K needs at the same time; with fewer registers it spills.
   *
   * @return number of registers
   */
  int registers();

  /** Whether the weights' sign plane is stored inverted in the last word and every other before. */
  boolean alternatesSign();

  /**
   * Multiplies one panel of pixels with one panel of output channels.
   *
   * @param a packed activations
   * @param aOffset start of the pixel panel in {@code a}
   * @param w packed weights
   * @param wOffset start of the channel panel in {@code w}
   * @param words K, at least 1
   * @param counts receives the tile
   * @param cOffset index of the tile's first result in {@code counts}
   * @param stride distance between the results of neighbouring pixels in {@code counts}
   */
  void tile(
      long[] a,
      int aOffset,
      long[] w,
      int wOffset,
      int words,
      int[] counts,
      int cOffset,
      int stride);
}
