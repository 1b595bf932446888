// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/**
 * The operations of convolutions that count direct trits.
 *
 * @param sum bit-sliced sums
 * @param expansion the tables that they add from
 * @param counts from counters to integers
 * @param lists lists of nonzero trits
 * @param epilogue from integers to planar values
 * @param ternarizer from planar values to trits
 * @param pooling max pooling of planar values
 */
public record BitSlicedKernels(
    BitSlicedSum sum,
    TritExpansion expansion,
    BitSlicedCounts counts,
    TritLists lists,
    PlanarEpilogue epilogue,
    PlanarTernarizer ternarizer,
    PlanarPooling pooling) {}
