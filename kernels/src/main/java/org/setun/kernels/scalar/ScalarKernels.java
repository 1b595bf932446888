package org.setun.kernels.scalar;

import java.util.List;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.KernelSet;

/** The scalar implementations, bundled. */
public final class ScalarKernels {
  /** Name of the set. */
  public static final String NAME = "scalar";

  private ScalarKernels() {}

  /** The one scalar implementation of every operation. */
  public static KernelSet kernels() {
    ScalarBitSlicedSum sum = new ScalarBitSlicedSum();
    return new KernelSet(
        NAME,
        List.of(new ScalarTernaryGemm()),
        new ScalarIm2col(),
        new ScalarEpilogue(),
        new ScalarTernarizer(),
        new ScalarFloatConvolution(),
        new ScalarWinograd(),
        new ScalarPooling(),
        new ScalarDeinterleave(),
        new ScalarFloatLinear(),
        new ScalarTransposition(),
        new ScalarDigitSum(sum.lanes()),
        new ScalarHammingDistance(),
        new ScalarSignedSum(),
        new BitSlicedKernels(
            sum,
            new ScalarTritExpansion(),
            new ScalarBitSlicedCounts(sum.lanes()),
            new ScalarTritLists(),
            new ScalarPlanarEpilogue(),
            new ScalarPlanarTernarizer(),
            new ScalarPlanarPooling()));
  }
}
