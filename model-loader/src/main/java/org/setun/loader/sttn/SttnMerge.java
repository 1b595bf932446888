package org.setun.loader.sttn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.setun.kernels.TernaryKernel;

/**
 * The merge of STTN: the sum of two binary kernels is one ternary kernel.
 *
 * <p>For latents {@code W1} and {@code W2}, clamped to [-1, 1], with n weights per output channel:
 *
 * <pre>{@code
 * α[o] = (Σ|W1[o]| + Σ|W2[o]|) / 2n
 * α·sign(W1) + α·sign(W2) = 2α · trit,   trit = (sign W1 + sign W2) / 2
 * }</pre>
 *
 * @since 0.1
 */
public final class SttnMerge {
  /** Channels or values reported per tensor; the rest is counted. */
  private static final int REPORTED = 8;

  /** How far a merged value may lie from its channel's level, relative to the level. */
  private static final double LEVEL_TOLERANCE = 1e-5;

  private SttnMerge() {}

  /**
   * Merges a latent pair.
   *
   * @param first W1
   * @param second W2, of the same extents
   * @param policy what to do with latents that are exactly 0
   * @return the trits and, per output channel, 2α
   * @throws MergeException if a latent is not finite, or is exactly 0 and refused
   * @throws IllegalArgumentException if the extents differ
   */
  public static TernaryWeights mergePair(LatentKernel first, LatentKernel second, ZeroPolicy policy)
      throws MergeException {
    if (!first.hasExtentsOf(second)) {
      throw new IllegalArgumentException(
          "kernels " + first.name() + " and " + second.name() + " have different extents");
    }
    List<String> problems = new ArrayList<>();
    for (LatentKernel latent : List.of(first, second)) {
      reportNonFinite(latent, problems);
      if (policy == ZeroPolicy.REFUSE) {
        reportZeros(latent, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new MergeException(problems);
    }

    int n = first.weightsPerOutput();
    byte[] trits = new byte[first.values().length];
    double[] scale = new double[first.outputChannels()];
    for (int o = 0, i = 0; o < scale.length; o++) {
      double sum = 0;
      for (int end = i + n; i < end; i++) {
        float a = first.values()[i];
        float b = second.values()[i];
        sum += Math.min(Math.abs(a), 1f) + (double) Math.min(Math.abs(b), 1f);
        trits[i] = (byte) ((sign(a, policy) + sign(b, policy)) / 2);
      }
      scale[o] = sum / n; // 2α: the two halves of 2n cancel.
    }
    return new TernaryWeights(pack(trits, first), scale);
  }

  /**
   * Recognises a kernel that was merged before it was saved: every value of output channel {@code
   * o} is -c, 0 or +c, with {@code c} the same within 1e-5. A channel may be all zeros.
   *
   * @param merged the sum of the two binary kernels
   * @return the trits and, per output channel, c
   * @throws MergeException if a value is none of its channel's three levels
   */
  public static TernaryWeights recognizeMerged(LatentKernel merged) throws MergeException {
    int n = merged.weightsPerOutput();
    float[] values = merged.values();
    byte[] trits = new byte[values.length];
    double[] scale = new double[merged.outputChannels()];
    List<String> problems = new ArrayList<>();
    reportNonFinite(merged, problems);
    if (!problems.isEmpty()) {
      throw new MergeException(problems);
    }
    long wrong = 0;
    for (int o = 0, i = 0; o < scale.length; o++) {
      double level = level(values, i, n);
      scale[o] = level;
      for (int end = i + n; i < end; i++) {
        trits[i] = (byte) Math.signum(values[i]);
        boolean fits =
            values[i] == 0 || Math.abs(Math.abs(values[i]) - level) <= LEVEL_TOLERANCE * level;
        if (!fits && wrong++ < REPORTED) {
          problems.add(
              merged.name()
                  + ": value "
                  + values[i]
                  + " at "
                  + index(merged, i)
                  + " is neither 0 nor ±"
                  + (float) level
                  + ", its channel's level");
        }
      }
    }
    if (wrong > REPORTED) {
      problems.add(merged.name() + ": " + (wrong - REPORTED) + " more values off their levels");
    }
    if (wrong > 0) {
      throw new MergeException(problems);
    }
    return new TernaryWeights(pack(trits, merged), scale);
  }

  /** Median of the nonzero magnitudes: one outlier does not move it, so it is the one reported. */
  private static double level(float[] values, int from, int count) {
    float[] magnitudes = new float[count];
    int nonzero = 0;
    for (int i = from; i < from + count; i++) {
      if (values[i] != 0) {
        magnitudes[nonzero++] = Math.abs(values[i]);
      }
    }
    Arrays.sort(magnitudes, 0, nonzero);
    return nonzero == 0 ? 0 : magnitudes[nonzero / 2];
  }

  private static int sign(float latent, ZeroPolicy policy) {
    return latent == 0 ? policy.signOfZero() : (int) Math.signum(latent);
  }

  private static TernaryKernel pack(byte[] trits, LatentKernel like) {
    return TernaryKernel.ofTrits(
        trits,
        like.outputChannels(),
        like.inputChannels(),
        like.kernelHeight(),
        like.kernelWidth());
  }

  private static void reportNonFinite(LatentKernel kernel, List<String> problems) {
    int count = 0;
    for (int i = 0; i < kernel.values().length; i++) {
      float value = kernel.values()[i];
      if (!Float.isFinite(value) && count++ < REPORTED) {
        problems.add(kernel.name() + ": value " + value + " at " + index(kernel, i));
      }
    }
    if (count > REPORTED) {
      problems.add(kernel.name() + ": " + (count - REPORTED) + " more values that are not finite");
    }
  }

  private static void reportZeros(LatentKernel latent, List<String> problems) {
    int n = latent.weightsPerOutput();
    int channels = 0;
    for (int o = 0, i = 0; o < latent.outputChannels(); o++) {
      int zeros = 0;
      for (int end = i + n; i < end; i++) {
        zeros += latent.values()[i] == 0 ? 1 : 0;
      }
      if (zeros > 0 && channels++ < REPORTED) {
        problems.add(
            latent.name()
                + ": channel "
                + o
                + ": "
                + zeros
                + " of "
                + n
                + " latents are exactly 0");
      }
    }
    if (channels > REPORTED) {
      problems.add(
          latent.name()
              + ": "
              + (channels - REPORTED)
              + " more channels with latents that are exactly 0");
    }
  }

  private static String index(LatentKernel kernel, int i) {
    int taps = kernel.kernelHeight() * kernel.kernelWidth();
    return "["
        + i / kernel.weightsPerOutput()
        + ", "
        + i / taps % kernel.inputChannels()
        + ", "
        + i % taps / kernel.kernelWidth()
        + ", "
        + i % kernel.kernelWidth()
        + "]";
  }
}
