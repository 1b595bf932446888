// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import java.util.List;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;

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

  /**
   * Scalar kernels in the place of other ones: operands and results lie as theirs do, and results
   * are equal to the bit.
   *
   * @param set the kernels whose layouts are to be kept
   */
  public static KernelSet like(KernelSet set) {
    KernelSet scalar = kernels();
    BitSlicedKernels own = scalar.bitSliced();
    ScalarBitSlicedSum sum = new ScalarBitSlicedSum(set.bitSliced().sum());
    return new KernelSet(
        NAME + " as " + set.name(),
        set.gemms().stream().<TernaryGemm>map(ScalarTernaryTile::new).toList(),
        scalar.im2col(),
        scalar.epilogue(),
        scalar.ternarizer(),
        ScalarFloatConvolution.like(set.convolution()),
        set.winograd() == null ? null : new ScalarWinograd(set.winograd().channels()),
        scalar.pooling(),
        scalar.deinterleave(),
        new ScalarFloatLinear(set.linear().channels()),
        scalar.transposition(),
        new ScalarDigitSum(set.digits().lanes()),
        scalar.hamming(),
        scalar.signedSum(),
        new BitSlicedKernels(
            sum,
            own.expansion(),
            new ScalarBitSlicedCounts(sum.lanes()),
            own.lists(),
            own.epilogue(),
            own.ternarizer(),
            own.pooling()));
  }

  /**
   * The same kernels on direct trits as objects of other classes. C2 inlines up to two receivers of
   * a call, and of a kernel with a small entry only that; with a third it calls the kernel as a
   * whole. A call at which both scalar and vector kernels have been seen left the layers of pixels
   * 12 % slower for good (AVX2), until it saw these too.
   *
   * @param set what {@link #like} has made
   */
  public static KernelSet apart(KernelSet set) {
    BitSlicedKernels own = set.bitSliced();
    return new KernelSet(
        set.name(),
        set.gemms(),
        set.im2col(),
        set.epilogue(),
        set.ternarizer(),
        set.convolution(),
        set.winograd(),
        set.pooling(),
        set.deinterleave(),
        set.linear(),
        set.transposition(),
        set.digits(),
        set.hamming(),
        set.signedSum(),
        new BitSlicedKernels(
            new SumApart(own.sum()),
            own.expansion()::expand,
            new CountsApart(own.sum().lanes()),
            own.lists()::append,
            own.epilogue()::fromCounts,
            own.ternarizer()::bits,
            own.pooling()::max));
  }

  private static final class SumApart extends ScalarBitSlicedSum {
    SumApart(BitSlicedSum sum) {
      super(sum);
    }
  }

  private static final class CountsApart extends ScalarBitSlicedCounts {
    CountsApart(int lanes) {
      super(lanes);
    }
  }
}
