// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.Arrays;
import java.util.Objects;

/**
 * Ternary Weight Networks (Li et al., 2016, arXiv 1605.04711): for the n weights that share a
 * threshold and a scale,
 *
 * <pre>{@code
 * Δ = factor · Σ|W| / n,   α = the mean of |W| over |W| > Δ
 * weight = α where W > Δ,  -α where W < -Δ,  else 0
 * }</pre>
 *
 * @since 0.1
 */
public final class TernaryWeightNetwork {
  /**
   * Factor of the threshold: the best for normally distributed weights, as the paper derives it.
   */
  public static final double THRESHOLD = 0.75;

  private TernaryWeightNetwork() {}

  /**
   * Makes latents ternary. A kernel that this method has made ternary before stays what it is.
   *
   * @param latent W
   * @param factor factor of the threshold, {@value #THRESHOLD} or what the training used
   * @param extent which weights share a threshold and a scale
   * @return the trits and, per output channel, α
   * @throws MethodException if a latent is not finite, or the kernel is ternary already with more
   *     scales than this makes
   */
  public static TernaryWeights ternarize(LatentKernel latent, double factor, ScaleExtent extent)
      throws MethodException {
    Objects.requireNonNull(latent, "latent");
    Objects.requireNonNull(extent, "extent");
    KernelLevels levels = KernelLevels.of(latent);
    if (levels.form() == KernelLevels.Form.TWO_SCALES && !levels.nearlyOneScale()
        || levels.form() == KernelLevels.Form.SCALE_PER_CHANNEL && extent == ScaleExtent.TENSOR) {
      throw KernelProblems.unfit(latent, levels, "ternary already, no latents of TWN");
    }
    byte[] trits = new byte[latent.values().length];
    double[] scale = new double[latent.outputChannels()];
    int channels = extent == ScaleExtent.TENSOR ? latent.outputChannels() : 1;
    int n = channels * latent.weightsPerOutput();
    for (int o = 0; o < scale.length; o += channels) {
      double alpha = ternarize(latent.values(), o * latent.weightsPerOutput(), n, factor, trits);
      Arrays.fill(scale, o, o + channels, alpha);
    }
    return new TernaryWeights(latent.pack(trits), scale);
  }

  /** Writes the trits of n weights and returns α. */
  private static double ternarize(float[] values, int from, int n, double factor, byte[] trits) {
    double sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += Math.abs(values[i]);
    }
    double threshold = factor * sum / n;
    double beyond = 0;
    int count = 0;
    for (int i = from; i < from + n; i++) {
      if (Math.abs(values[i]) > threshold) {
        trits[i] = (byte) Math.signum(values[i]);
        beyond += Math.abs(values[i]);
        count++;
      }
    }
    return count == 0 ? 0 : beyond / count;
  }
}
