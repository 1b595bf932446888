// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import java.util.Objects;

/**
 * The rule that turns fp32 activations into trits, with its own bounds for every channel. For a
 * value {@code x} of channel {@code c}, with {@code v = negated[c] ? -x : x}:
 *
 * <pre>{@code
 * v < low[c]  → -1
 * v < high[c] →  0
 * otherwise   → +1      (NaN included)
 * }</pre>
 *
 * <p>This is an {@link ActivationRule} with the BatchNorm before it folded in; a negative γ
 * reverses the order, which {@code negated} expresses, and γ = 0 makes the trit a constant, which
 * infinite bounds express. {@code low == high} never yields 0: binary activations.
 *
 * <p>The arrays are shared, not copied; they must not change once handed over.
 *
 * @param low bound below which the trit is -1, one per channel
 * @param high bound below which the trit is at most 0, one per channel, never below {@code low}
 * @param negated whether the value's sign is flipped before it is compared, one per channel
 * @since 0.1
 */
public record Thresholds(float[] low, float[] high, boolean[] negated) {
  /**
   * Checks lengths and order.
   *
   * @throws IllegalArgumentException if the lengths differ, or a bound is NaN or out of order
   */
  public Thresholds {
    Objects.requireNonNull(low, "low");
    Objects.requireNonNull(high, "high");
    Objects.requireNonNull(negated, "negated");
    if (low.length != high.length || low.length != negated.length) {
      throw new IllegalArgumentException(
          "thresholds of different lengths: "
              + low.length
              + ", "
              + high.length
              + ", "
              + negated.length);
    }
    for (int c = 0; c < low.length; c++) {
      if (!(low[c] <= high[c])) {
        throw new IllegalArgumentException(
            "channel " + c + ": low " + low[c] + " is not at most high " + high[c]);
      }
    }
  }

  /** {@return the number of channels} */
  public int channels() {
    return low.length;
  }

  /**
   * STTN's rule without a BatchNorm.
   *
   * @param channels number of channels
   * @return bounds of ±0.5, no channel negated
   */
  public static Thresholds plain(int channels) {
    return plain(ActivationRule.TERNARY, channels);
  }

  /**
   * A rule without a BatchNorm: the same bounds for every channel.
   *
   * @param rule the rule
   * @param channels number of channels
   * @return its bounds, no channel negated
   */
  public static Thresholds plain(ActivationRule rule, int channels) {
    Objects.requireNonNull(rule, "rule");
    float[] low = new float[channels];
    float[] high = new float[channels];
    Arrays.fill(low, rule.low());
    Arrays.fill(high, rule.high());
    return new Thresholds(low, high, new boolean[channels]);
  }

  /**
   * Folds an inference-time BatchNorm and STTN's rule behind it, see {@link
   * #foldBatchNorm(ActivationRule, float[], float[], float[], float[], double)}.
   *
   * @param gamma γ per channel; may be negative or 0
   * @param beta β per channel
   * @param mean running mean μ per channel
   * @param variance running variance σ² per channel
   * @param epsilon ε, 1e-5 in PyTorch
   * @return the thresholds
   * @throws IllegalArgumentException if the lengths differ or a channel's fold is not finite
   */
  public static Thresholds foldBatchNorm(
      float[] gamma, float[] beta, float[] mean, float[] variance, double epsilon) {
    return foldBatchNorm(ActivationRule.TERNARY, gamma, beta, mean, variance, epsilon);
  }

  /**
   * Folds an inference-time BatchNorm and the rule that follows it, as PyTorch computes them in
   * fp32: {@code a = γ·(1/√(σ² + ε))}, {@code b = β - μ·a}, {@code rule(x·a + b)}, every operation
   * rounded. The bounds are the exact places where {@code x·a + b} crosses the rule's, so each fp32
   * input gets the trit that PyTorch gives it, on the thresholds too.
   *
   * @param rule the rule
   * @param gamma γ per channel; may be negative or 0
   * @param beta β per channel
   * @param mean running mean μ per channel
   * @param variance running variance σ² per channel
   * @param epsilon ε, 1e-5 in PyTorch
   * @return the thresholds
   * @throws IllegalArgumentException if the lengths differ or a channel's fold is not finite
   */
  public static Thresholds foldBatchNorm(
      ActivationRule rule,
      float[] gamma,
      float[] beta,
      float[] mean,
      float[] variance,
      double epsilon) {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(gamma, "gamma");
    Objects.requireNonNull(beta, "beta");
    Objects.requireNonNull(mean, "mean");
    Objects.requireNonNull(variance, "variance");
    int channels = gamma.length;
    if (beta.length != channels || mean.length != channels || variance.length != channels) {
      throw new IllegalArgumentException(
          "BatchNorm parameters of different lengths: "
              + channels
              + ", "
              + beta.length
              + ", "
              + mean.length
              + ", "
              + variance.length);
    }
    float[] low = new float[channels];
    float[] high = new float[channels];
    boolean[] negated = new boolean[channels];
    for (int c = 0; c < channels; c++) {
      BatchNormFold fold = BatchNormFold.of(gamma[c], beta[c], mean[c], variance[c], epsilon);
      if (!Float.isFinite(fold.scale()) || !Float.isFinite(fold.shift())) {
        throw new IllegalArgumentException(
            "channel "
                + c
                + ": BatchNorm with γ="
                + gamma[c]
                + ", β="
                + beta[c]
                + ", μ="
                + mean[c]
                + ", σ²="
                + variance[c]
                + " has no threshold");
      }
      low[c] = crossing(fold, rule.low());
      high[c] = crossing(fold, rule.high());
      negated[c] = fold.scale() < 0;
    }
    return new Thresholds(low, high, negated);
  }

  /**
   * The least v with {@code v·|scale| + shift >= bound}, found by bisection over all floats: the
   * function rises with v, rounded as it is. A scale of 0 leaves v without influence: ±∞.
   */
  private static float crossing(BatchNormFold fold, float bound) {
    float size = Math.abs(fold.scale());
    if (size == 0) {
      return fold.shift() < bound ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    }
    long below = rank(Float.NEGATIVE_INFINITY);
    long reached = rank(Float.POSITIVE_INFINITY);
    while (reached - below > 1) {
      long middle = (below + reached) >> 1;
      if (ranked(middle) * size + fold.shift() < bound) {
        below = middle;
      } else {
        reached = middle;
      }
    }
    return ranked(reached);
  }

  /** Position of a number among all floats in ascending order, that of 0 being 0. */
  private static long rank(float x) {
    int bits = Float.floatToRawIntBits(x);
    return bits < 0 ? Integer.MIN_VALUE - (long) bits : bits;
  }

  private static float ranked(long rank) {
    return Float.intBitsToFloat((int) (rank < 0 ? Integer.MIN_VALUE - rank : rank));
  }

  @Override
  public boolean equals(Object other) {
    return RecordValues.equal(this, other);
  }

  @Override
  public int hashCode() {
    return RecordValues.hash(this);
  }

  @Override
  public String toString() {
    return RecordValues.text(this);
  }
}
