// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Confidence intervals of a mean by bootstrap. The resampled means of a handful of values spread
 * less than means of fresh values would, and never beyond the sample's ends; so the distances from
 * the mean are stretched by what Student's distribution is wider than the normal one, and by the
 * square root of n / (n - 1). What is skewed stays so.
 */
public final class BootstrapInterval {
  /** Enough for the ends of an interval that may miss once in 1,000 times. */
  static final int RESAMPLES = 20_000;

  /** Equal data give equal intervals. */
  private static final long SEED = 20220404;

  private final double mean;
  private final double[] resampled;
  private final int size;

  /**
   * Resamples.
   *
   * @param sample at least two values
   * @throws IllegalArgumentException if there are fewer
   */
  public BootstrapInterval(double... sample) {
    this(RESAMPLES, sample);
  }

  BootstrapInterval(int resamples, double[] sample) {
    if (sample.length < 2) {
      throw new IllegalArgumentException(sample.length + " values have no spread");
    }
    size = sample.length;
    mean = Arrays.stream(sample).sum() / size;
    resampled = new double[resamples];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < resamples; i++) {
      double sum = 0;
      for (int j = 0; j < size; j++) {
        sum += sample[random.nextInt(size)];
      }
      resampled[i] = sum / size;
    }
    Arrays.sort(resampled);
  }

  /** The mean of the sample. */
  public double mean() {
    return mean;
  }

  /**
   * The end that the true mean is below with a given probability.
   *
   * @param error in (0, 0.5)
   */
  public double low(double error) {
    return mean - (mean - resampled[rank(error)]) * stretch(error);
  }

  /**
   * The end that the true mean is above with a given probability.
   *
   * @param error in (0, 0.5)
   */
  public double high(double error) {
    return mean + (resampled[resampled.length - 1 - rank(error)] - mean) * stretch(error);
  }

  private int rank(double error) {
    return (int) (error * resampled.length);
  }

  private double stretch(double error) {
    double student = TDistribution.of(size - 1.0).inverseSurvivalProbability(error);
    double normal = NormalDistribution.of(0, 1).inverseSurvivalProbability(error);
    return student / normal * Math.sqrt(size / (size - 1.0));
  }
}
