package org.setun.kernels.op;

/**
 * Gathers packed activations into the panels that {@link TernaryGemm} reads: im2col on words of
 * trits. The map is laid out so that the pairs (nonzero, sign) that neighbouring output pixels of a
 * row read for one word of K are neighbours, whatever kernel size, stride and dilation; a panel is
 * then a run of contiguous copies.
 */
public interface Im2col {
  /**
   * Fills one panel: words {@code panel[panelOffset + k * run …]} become {@code map[mapOffset +
   * wordOffsets[k] …]}, {@code run} of them for every {@code k}.
   *
   * @param map packed activations with their zero padding
   * @param mapOffset index that the word offsets are relative to
   * @param wordOffsets offset of every word of K
   * @param run words to copy for each, two for every pixel of the panel
   * @param panel receives the words
   * @param panelOffset index of the panel's first word
   */
  void gather(long[] map, int mapOffset, int[] wordOffsets, int run, long[] panel, int panelOffset);
}
