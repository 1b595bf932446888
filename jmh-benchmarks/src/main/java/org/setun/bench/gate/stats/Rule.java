// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.stats;

/**
 * What counts as slower. Effects are logarithms of the candidate's time over the base's.
 *
 * <p>A slow-down by the threshold is to be found, equal speed is not to be reported; so the line
 * between them is drawn half-way: <em>slower</em> means that a slow-down by less than half the
 * threshold is ruled out, <em>not slower</em> that one by the whole threshold is. A slow-down in
 * between may end either way.
 *
 * <p>"Ruled out" is with an error of 5 % in all: over all looks, of which the k-th may err with 5 %
 * / (k (k + 1)), and, for <em>slower</em>, over all benchmarks.
 *
 * @param threshold slow-down that is to be found, such as 0.05
 * @param benchmarks how many may raise an alarm
 * @param leastRounds rounds before the first look
 */
public record Rule(double threshold, int benchmarks, int leastRounds) {
  private static final double ERROR = 0.05;

  /** Share of the threshold that is not yet called slower. */
  private static final double GUARD = 0.5;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the threshold is not positive, there is no benchmark, or
   *     there are fewer than 3 rounds, whose spread says nothing
   */
  public Rule {
    if (!(threshold > 0) || benchmarks < 1 || leastRounds < 3) {
      throw new IllegalArgumentException(
          "threshold %s, %d benchmarks, %d rounds".formatted(threshold, benchmarks, leastRounds));
    }
  }

  /** What can be said of one benchmark. */
  public enum Answer {
    /** A slow-down by the threshold is ruled out. */
    NOT_SLOWER,
    /** Less than half the threshold is ruled out. */
    SLOWER,
    /** Neither. */
    OPEN
  }

  /**
   * An answer with the interval that it stands on.
   *
   * @param answer the answer
   * @param low lower end of the interval, as an effect
   * @param mean the effect
   * @param high upper end
   */
  public record Finding(Answer answer, double low, double mean, double high) {}

  /**
   * Looks at the rounds so far.
   *
   * @param effects one value a round, at least two
   * @return the answer; open before there are enough rounds
   */
  public Finding look(double... effects) {
    return look(BootstrapInterval.RESAMPLES, effects);
  }

  Finding look(int resamples, double[] effects) {
    int look = Math.max(1, effects.length - leastRounds + 1);
    double error = ERROR / (look * (look + 1.0));
    BootstrapInterval interval = new BootstrapInterval(resamples, effects);
    double low = interval.low(error / benchmarks);
    double high = interval.high(error);
    Answer answer = Answer.OPEN;
    if (effects.length >= leastRounds && low > guard()) {
      answer = Answer.SLOWER;
    } else if (effects.length >= leastRounds && high < Math.log1p(threshold)) {
      answer = Answer.NOT_SLOWER;
    }
    return new Finding(answer, low, interval.mean(), high);
  }

  /**
   * Whether a base that was compared with itself differs from itself, by so much that an alarm
   * means nothing.
   *
   * @param effects one value a round, at least two
   */
  public boolean isBroken(double... effects) {
    BootstrapInterval interval = new BootstrapInterval(effects);
    double error = ERROR / benchmarks;
    return effects.length >= leastRounds
        && (interval.low(error) > guard() || interval.high(error) < -guard());
  }

  private double guard() {
    return Math.log1p(threshold * GUARD);
  }
}
