// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Trained Ternary Quantization (Zhu et al., ICLR 2017, arXiv 1612.01064): plus and minus have
 * scales of their own, which are trained,
 *
 * <pre>{@code
 * Δ = t · max|W| over the layer
 * weight = wp where W > Δ,  -wn where W < -Δ,  else 0
 * }</pre>
 *
 * A checkpoint holds the latents W with wp and wn, or the kernel they make.
 *
 * @since 0.1
 */
public final class TrainedTernary {
  /** t, as the paper sets it. */
  public static final double THRESHOLD = 0.05;

  private TrainedTernary() {}

  /**
   * Recognises a kernel of +wp, 0 and -wn.
   *
   * @param kernel the kernel
   * @return the trits, wp and wn
   * @throws MethodException if a value is none of the three levels
   */
  public static TernaryWeights recognize(LatentKernel kernel) throws MethodException {
    Objects.requireNonNull(kernel, "kernel");
    KernelLevels levels = KernelLevels.of(kernel);
    if (levels.form() != KernelLevels.Form.ONE_SCALE
        && levels.form() != KernelLevels.Form.TWO_SCALES) {
      throw KernelProblems.unfit(
          kernel, levels, "not +wp, 0 and -wn of TTQ, and there are no wp and wn beside it");
    }
    return new TernaryWeights(
        kernel.pack(signs(kernel)),
        filled(levels.plus(), kernel.outputChannels()),
        filled(levels.minus(), kernel.outputChannels()));
  }

  /**
   * Recognises a kernel whose output channels hold +wp, 0 and -wn each, with other wp and wn in
   * other channels: what is left of TTQ's when the BatchNorm behind it was multiplied into it.
   *
   * @param kernel the kernel
   * @return the trits and, per output channel, wp and wn; they are equal where one magnitude is all
   *     that the channel has
   * @throws MethodException if a channel has more levels, for the first of such
   */
  public static TernaryWeights recognizeEachChannel(LatentKernel kernel) throws MethodException {
    Objects.requireNonNull(kernel, "kernel");
    int n = kernel.weightsPerOutput();
    double[] plus = new double[kernel.outputChannels()];
    double[] minus = new double[plus.length];
    for (int o = 0; o < plus.length; o++) {
      LatentKernel channel =
          new LatentKernel(
              kernel.name(),
              1,
              kernel.inputChannels(),
              kernel.kernelHeight(),
              kernel.kernelWidth(),
              Arrays.copyOfRange(kernel.values(), o * n, (o + 1) * n));
      KernelLevels levels = KernelLevels.of(channel);
      if (levels.form() == KernelLevels.Form.LATENTS) {
        throw KernelProblems.unfit(
            kernel, levels, "output channel " + o + " is not +wp, 0 and -wn");
      }
      boolean oneScale = levels.form() == KernelLevels.Form.ONE_SCALE;
      double larger = Math.max(levels.plus(), levels.minus());
      plus[o] = oneScale ? larger : levels.plus();
      minus[o] = oneScale ? larger : levels.minus();
    }
    return new TernaryWeights(kernel.pack(signs(kernel)), plus, minus);
  }

  private static byte[] signs(LatentKernel kernel) {
    byte[] trits = new byte[kernel.values().length];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) Math.signum(kernel.values()[i]);
    }
    return trits;
  }

  /**
   * Makes latents ternary.
   *
   * @param latent W
   * @param plus wp
   * @param minus wn, its sign left out
   * @param factor t, {@value #THRESHOLD} or what the training used
   * @return the trits, wp and wn
   * @throws MethodException if a latent or a scale is not finite
   */
  public static TernaryWeights ternarize(
      LatentKernel latent, float plus, float minus, double factor) throws MethodException {
    Objects.requireNonNull(latent, "latent");
    KernelProblems.requireFinite(latent);
    if (!Float.isFinite(plus) || !Float.isFinite(minus)) {
      throw new MethodException(
          List.of(latent.name() + ": the scales " + plus + " and " + minus + " are not finite"));
    }
    double threshold = 0;
    for (float value : latent.values()) {
      threshold = Math.max(threshold, factor * Math.abs(value));
    }
    byte[] trits = new byte[latent.values().length];
    for (int i = 0; i < trits.length; i++) {
      float value = latent.values()[i];
      trits[i] = (byte) (Math.abs(value) > threshold ? Math.signum(value) : 0);
    }
    return new TernaryWeights(
        latent.pack(trits),
        filled(plus, latent.outputChannels()),
        filled(minus, latent.outputChannels()));
  }

  private static double[] filled(double value, int channels) {
    double[] values = new double[channels];
    Arrays.fill(values, value);
    return values;
  }
}
