// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import org.setun.kernels.TernaryKernel;

/** Arranges a kernel's planes the way a micro-kernel reads them, see {@link TernaryGemm}. */
public final class WeightPanels {
  private WeightPanels() {}

  /**
   * Packs all output channels, the last panel filled up with zeros.
   *
   * @param kernel the weights
   * @param gemm the micro-kernel that will read them
   */
  public static long[] pack(TernaryKernel kernel, TernaryGemm gemm) {
    int words = kernel.wordsPerOutput();
    int width = gemm.channels();
    int panels = Math.ceilDiv(kernel.outputChannels(), width);
    long[] packed = new long[Math.multiplyExact(panels * width, 2 * words)];
    for (int o = 0; o < kernel.outputChannels(); o++) {
      int base = o / width * width * 2 * words + o % width;
      for (int k = 0; k < words; k++) {
        int at = base + k * 2 * width;
        packed[at] = kernel.nonzeroWord(o * words + k);
        long sign = kernel.signWord(o * words + k);
        packed[at + width] = gemm.alternatesSign() && (words - k) % 2 != 0 ? ~sign : sign;
      }
    }
    return packed;
  }
}
