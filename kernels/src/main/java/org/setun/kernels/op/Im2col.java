package org.setun.kernels.op;

/**
 * Gathers packed activations into the panels that {@link TernaryGemm} reads: im2col on words of
 * trits. Source words come in pairs (nonzero, sign), as {@link Ternarizer} writes them.
 */
public interface Im2col {
  /**
   * Fills one panel. Pair {@code k * pixels + j} of the panel, with {@code k = tap * pairs + w}, is
   * the pair at {@code source[ pixelOffsets[first + j] + tapOffsets[tap] + 2 * w]}.
   *
   * @param source packed activations with their zero padding
   * @param pixelOffsets index in {@code source} of every output pixel's first tap
   * @param first position of the panel's first pixel in {@code pixelOffsets}
   * @param pixels pixels in the panel
   * @param tapOffsets distance of every tap from the first one
   * @param pairs pairs of words per tap
   * @param panel receives the pairs
   * @param panelOffset index of the panel's first word
   */
  void gather(
      long[] source,
      int[] pixelOffsets,
      int first,
      int pixels,
      int[] tapOffsets,
      int pairs,
      long[] panel,
      int panelOffset);
}
