// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

import java.util.Arrays;

/**
 * A median with its 95 % confidence interval from order statistics, which assume nothing about the
 * distribution of the noise.
 *
 * @param low lower end
 * @param median the median
 * @param high upper end
 */
public record Interval(double low, double median, double high) {
  /** Two-sided 95 % quantile of the normal distribution. */
  private static final double Z = 1.96;

  /**
   * The median of a sample.
   *
   * @param sample at least one value; of fewer than nine, the interval is the whole range
   * @throws IllegalArgumentException if the sample is empty
   */
  public static Interval ofMedian(double... sample) {
    if (sample.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    // How many of n values lie below the true median is binomial with n trials of 1/2.
    int below = Math.max(0, (int) Math.floor((n - Z * Math.sqrt(n)) / 2) - 1);
    return new Interval(
        sorted[below], (sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[n - 1 - below]);
  }
}
