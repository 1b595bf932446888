// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.Arrays;
import java.util.Objects;

/**
 * XNOR-Net (Rastegari et al., ECCV 2016): with n weights per output channel,
 *
 * <pre>{@code
 * α[o] = Σ|W[o]| / n,   weight = α[o] · sign(W)
 * }</pre>
 *
 * The paper's factor K for the input is left out, as it is in the public code for PyTorch.
 *
 * @since 0.1
 */
public final class XnorNet {
  private XnorNet() {}

  /**
   * Makes latents binary. One that is exactly 0 stays 0, as {@code torch.sign} leaves it, unless
   * the policy gives it a sign; the mean counts it either way.
   *
   * @param latent W
   * @param zeros the sign of latents that are exactly 0
   * @param center whether to do first what the public code for PyTorch does before each evaluation:
   *     subtract the mean over the input channels from every tap, then clamp to [-1, 1]. Latents
   *     that it saves went through this already
   * @return the trits and, per output channel, α
   * @throws MethodException if a latent is not finite, or the kernel is ternary already
   */
  public static TernaryWeights binarize(LatentKernel latent, ZeroPolicy zeros, boolean center)
      throws MethodException {
    Objects.requireNonNull(latent, "latent");
    Objects.requireNonNull(zeros, "zeros");
    KernelLevels levels = KernelLevels.of(latent);
    boolean binary =
        (levels.form() != KernelLevels.Form.TWO_SCALES || levels.nearlyOneScale())
            && levels.zeros() == 0;
    if (levels.form() != KernelLevels.Form.LATENTS && !binary) {
      throw KernelProblems.unfit(latent, levels, "ternary already, no latents of XNOR-Net");
    }
    float[] values =
        center && levels.form() == KernelLevels.Form.LATENTS ? centered(latent) : latent.values();
    int n = latent.weightsPerOutput();
    byte[] trits = new byte[values.length];
    double[] scale = new double[latent.outputChannels()];
    for (int o = 0, i = 0; o < scale.length; o++) {
      double sum = 0;
      for (int end = i + n; i < end; i++) {
        float w = values[i];
        sum += Math.abs(w);
        trits[i] = (byte) (w == 0 ? zeros.signOfZero() : Math.signum(w));
      }
      scale[o] = sum / n;
    }
    return new TernaryWeights(latent.pack(trits), scale);
  }

  private static float[] centered(LatentKernel latent) {
    float[] values = latent.values().clone();
    int taps = latent.kernelHeight() * latent.kernelWidth();
    double[] mean = new double[taps];
    for (int o = 0; o < latent.outputChannels(); o++) {
      int from = o * latent.weightsPerOutput();
      Arrays.fill(mean, 0);
      for (int i = 0; i < latent.weightsPerOutput(); i++) {
        mean[i % taps] += values[from + i] / (double) latent.inputChannels();
      }
      for (int i = 0; i < latent.weightsPerOutput(); i++) {
        values[from + i] = (float) Math.clamp(values[from + i] - mean[i % taps], -1.0, 1.0);
      }
    }
    return values;
  }
}
