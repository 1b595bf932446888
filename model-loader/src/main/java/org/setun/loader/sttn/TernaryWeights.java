package org.setun.loader.sttn;

import org.setun.kernels.TernaryKernel;

/**
 * Trits and what they stand for: the weight of output channel {@code o} is {@code trit * scale[o]}.
 *
 * <p>The array is shared, not copied; it must not change once handed over.
 *
 * @param kernel the trits
 * @param scale magnitude of a nonzero weight, one per output channel; 2α for a merged pair
 * @since 0.1
 */
public record TernaryWeights(TernaryKernel kernel, double[] scale) {}
