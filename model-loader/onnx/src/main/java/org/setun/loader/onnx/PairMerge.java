// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Optional;
import org.setun.kernels.TernaryKernel;

/** The sum of two convolutions of the same trits, where their weights add up to trits again. */
final class PairMerge {
  /** How far the two scales of a channel may lie apart, relative to the first. */
  private static final double SCALE_TOLERANCE = 1e-5;

  private PairMerge() {}

  /** One convolution for two; empty if the sum of the weights is not ternary. */
  static Optional<DeferredLayer.Ternary> merge(
      DeferredLayer.Ternary first, DeferredLayer.Ternary second) {
    TernaryKernel a = first.kernel();
    TernaryKernel b = second.kernel();
    if (!first.readsAs(second) || a.outputChannels() != b.outputChannels()) {
      return Optional.empty();
    }
    byte[] trits = new byte[Math.toIntExact(a.tritCount())];
    int perOutput = trits.length / a.outputChannels();
    double[] scale = new double[a.outputChannels()];
    double[] shift = new double[scale.length];
    for (int o = 0; o < scale.length; o++) {
      double x = first.epilogue().scale()[o];
      double y = second.epilogue().scale()[o];
      if (Math.abs(Math.abs(x) - Math.abs(y)) > SCALE_TOLERANCE * Math.abs(x)) {
        return Optional.empty();
      }
      int step = addTrits(a, b, o, x * y < 0 ? -1 : 1, trits, o * perOutput);
      if (step == 0) {
        return Optional.empty();
      }
      scale[o] = step == 2 ? x + Math.copySign(y, x) : (x + Math.copySign(y, x)) / 2;
      shift[o] = first.epilogue().shift()[o] + second.epilogue().shift()[o];
    }
    TernaryKernel sum =
        TernaryKernel.ofTrits(
            trits, a.outputChannels(), a.inputChannels(), a.kernelHeight(), a.kernelWidth());
    return Optional.of(first.withKernel(sum, new Affine(scale, shift)));
  }

  /**
   * Adds the trits of an output channel.
   *
   * @return 2 if all sums are even and the trits their halves, as those of two binary kernels are;
   *     1 if the sums are trits themselves; 0 if they are neither
   */
  private static int addTrits(
      TernaryKernel a, TernaryKernel b, int output, int sign, byte[] trits, int from) {
    boolean odd = false;
    boolean wide = false;
    int i = from;
    for (int c = 0; c < a.inputChannels(); c++) {
      for (int y = 0; y < a.kernelHeight(); y++) {
        for (int x = 0; x < a.kernelWidth(); x++, i++) {
          trits[i] = (byte) (a.trit(output, c, y, x) + sign * b.trit(output, c, y, x));
          odd |= (trits[i] & 1) != 0;
          wide |= Math.abs(trits[i]) == 2;
        }
      }
    }
    if (odd) {
      return wide ? 0 : 1;
    }
    for (int k = from; k < i; k++) {
      trits[k] /= 2;
    }
    return 2;
  }
}
