package org.setun.kernels;

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
 * <p>This is STTN's fixed rule ({@code low = -0.5}, {@code high = 0.5}) with the BatchNorm before
 * it folded in; a negative γ reverses the order, which {@code negated} expresses, and γ = 0 makes
 * the trit a constant, which infinite bounds express. {@code low == high} never yields 0: binary
 * activations.
 *
 * <p>The arrays are shared, not copied; they must not change once handed over.
 *
 * @param low bound below which the trit is -1, one per channel
 * @param high bound below which the trit is at most 0, one per channel, never below {@code low}
 * @param negated whether the value's sign is flipped before it is compared, one per channel
 */
public record Thresholds(float[] low, float[] high, boolean[] negated) {
  /** Lower bound of STTN's ternarization. */
  public static final double TERNARY_LOW = -0.5;

  /** Upper bound of STTN's ternarization. */
  public static final double TERNARY_HIGH = 0.5;

  /**
   * Checks lengths and order.
   *
   * @throws IllegalArgumentException if the lengths differ, or a bound is NaN or out of order
   */
  public Thresholds {
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
   * The plain rule without a BatchNorm: the same bounds for every channel.
   *
   * @param channels number of channels
   * @return bounds of ±0.5, no channel negated
   */
  public static Thresholds plain(int channels) {
    float[] low = new float[channels];
    float[] high = new float[channels];
    java.util.Arrays.fill(low, (float) TERNARY_LOW);
    java.util.Arrays.fill(high, (float) TERNARY_HIGH);
    return new Thresholds(low, high, new boolean[channels]);
  }

  /**
   * Folds an inference-time BatchNorm and the ternarization that follows it, {@code ternarize(γ·(x
   * - μ)/√(σ² + ε) + β)}.
   *
   * @param gamma γ per channel; may be negative or 0
   * @param beta β per channel
   * @param mean running mean μ per channel
   * @param variance running variance σ² per channel
   * @param epsilon ε, 1e-5 in PyTorch
   * @return the bounds of the BatchNorm's input
   * @throws IllegalArgumentException if the lengths differ or a channel's fold is not a number
   */
  public static Thresholds foldBatchNorm(
      float[] gamma, float[] beta, float[] mean, float[] variance, double epsilon) {
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
      double slope = gamma[c] / Math.sqrt(variance[c] + epsilon);
      if (slope == 0) {
        // The BatchNorm's output is β whatever x is, so the trit is known: push the bounds out of
        // x's reach.
        low[c] = beta[c] < TERNARY_LOW ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
        high[c] = beta[c] < TERNARY_HIGH ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
        continue;
      }
      double offset = beta[c] / slope - mean[c];
      double size = Math.abs(slope);
      // slope·(x - μ) + β < bound  ⇔  v < bound/|slope| - sign(slope)·offset, with v =
      // sign(slope)·x.
      double shift = slope < 0 ? -offset : offset;
      low[c] = ceilToFloat(TERNARY_LOW / size - shift);
      high[c] = ceilToFloat(TERNARY_HIGH / size - shift);
      negated[c] = slope < 0;
      if (Float.isNaN(low[c]) || Float.isNaN(high[c])) {
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
    }
    return new Thresholds(low, high, negated);
  }

  /**
   * The smallest float not below {@code x}: {@code f < x} and {@code f < ceilToFloat(x)} agree for
   * every float f.
   */
  private static float ceilToFloat(double x) {
    float nearest = (float) x;
    return nearest < x ? Math.nextUp(nearest) : nearest;
  }
}
