// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * Gathers packed activations into the panels that {@link TernaryGemm} reads: im2col on words of
 * trits. The map is laid out so that the pairs (nonzero, sign) that neighbouring output pixels of a
 * row read for one word of K are neighbours, whatever kernel size, stride and dilation; a panel is
 * then a run of contiguous copies.
 */
public interface Im2col {
  /**
   * Fills the panels of neighbouring tiles of a row: words {@code panel[panelOffset + (t * K + k) *
   * run …]} become {@code map[mapOffset + t * run + wordOffsets[k] …]}, {@code run} of them for
   * every tile {@code t} and every one of the {@code K} words.
   *
   * @param map packed activations with their zero padding
   * @param mapOffset index that the word offsets are relative to
   * @param wordOffsets offset of every word of K
   * @param run words to copy for each, two for every pixel of the panel
   * @param tiles number of panels
   * @param panel receives the words
   * @param panelOffset index of the first panel's first word
   */
  void gather(
      long[] map,
      int mapOffset,
      int[] wordOffsets,
      int run,
      int tiles,
      long[] panel,
      int panelOffset);
}
