// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import java.util.List;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.KernelSet;

/**
 * The Vector API implementations, bundled. Touching this class loads {@code jdk.incubator.vector}.
 */
public final class VectorKernels {
  private VectorKernels() {}

  /** Width of this JVM's preferred vectors in bits. */
  public static int vectorBits() {
    return Species.LONG.vectorBitSize();
  }

  /** The vector implementation of every operation. */
  public static KernelSet kernels() {
    return new KernelSet(
        "vector " + vectorBits() + " bit",
        List.of(new ZFold7x1(), new ZFold4x1(), new ZFold1x4(), new ZFold1x2()),
        new VectorIm2col(),
        new VectorEpilogue(),
        new VectorTernarizer(),
        new FloatConvolution4x2(),
        new VectorWinograd(),
        new VectorPooling(),
        new VectorDeinterleave(),
        new VectorFloatLinear(),
        new VectorTransposition(),
        new VectorDigitSum(),
        new VectorHammingDistance(),
        new VectorSignedSum(),
        new BitSlicedKernels(
            new VectorBitSlicedSum(),
            new VectorTritExpansion(),
            new VectorBitSlicedCounts(),
            new VectorTritLists(),
            new VectorPlanarEpilogue(),
            new VectorPlanarTernarizer(),
            new VectorPlanarPooling()));
  }
}
