// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import java.util.SplittableRandom;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;

/**
 * Parameters of the statistics of a trained network from a seed: a third of all trits is 0, sums
 * have unit variance.
 */
public final class RandomParameters {
  /** Bound of a standard normal value's trit: a third of the values lies within. */
  private static final float THIRD = 0.43f;

  private final SplittableRandom random;

  /** Starts a sequence; equal seeds give equal parameters. */
  public RandomParameters(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Values uniform in [low, high). */
  public float[] uniform(int count, float low, float high) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(low, high);
    }
    return values;
  }

  /** Values of a normal distribution with mean 0. */
  public float[] normal(int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /** Trits, each value equally likely. */
  public byte[] trits(int count) {
    byte[] trits = new byte[count];
    for (int i = 0; i < count; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    return trits;
  }

  /** A square ternary kernel. */
  public TernaryKernel kernel(int outputs, int inputs, int size) {
    return TernaryKernel.ofTrits(
        trits(outputs * inputs * size * size), outputs, inputs, size, size);
  }

  /**
   * Bounds around a third of normal values with the given deviation; every eighth channel has the
   * negated order that a negative γ gives.
   */
  public Thresholds thresholds(int channels, double deviation) {
    float[] low = new float[channels];
    float[] high = new float[channels];
    boolean[] negated = new boolean[channels];
    for (int c = 0; c < channels; c++) {
      float center = (float) (random.nextDouble(-0.1, 0.1) * deviation);
      low[c] = center - (float) (THIRD * deviation);
      high[c] = center + (float) (THIRD * deviation);
      negated[c] = c % 8 == 7;
    }
    return new Thresholds(low, high, negated);
  }

  /**
   * Scale that gives a sum of {@code terms} products of random trits unit variance: each product is
   * nonzero with probability 4/9.
   */
  public static float[] unitScale(int outputs, int terms) {
    float[] scale = new float[outputs];
    java.util.Arrays.fill(scale, (float) (1.5 / Math.sqrt(terms)));
    return scale;
  }
}
