package org.setun.kernels.scalar;

import java.util.List;
import org.setun.kernels.op.KernelSet;

/** The scalar implementations, bundled. */
public final class ScalarKernels {
  private ScalarKernels() {}

  /** The one scalar implementation of every operation. */
  public static KernelSet kernels() {
    return new KernelSet(
        "scalar",
        List.of(new ScalarTernaryGemm()),
        new ScalarIm2col(),
        new ScalarEpilogue(),
        new ScalarTernarizer(),
        new ScalarFloatConvolution(),
        new ScalarPooling(),
        new ScalarDeinterleave(),
        new ScalarFloatLinear(),
        new ScalarTransposition());
  }
}
