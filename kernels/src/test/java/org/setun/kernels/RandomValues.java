// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Random parameters and inputs. */
public final class RandomValues {
  private RandomValues() {}

  /** Values between -bound and bound. */
  public static float[] floats(SplittableRandom random, int count, double bound) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }

  /** Each of -1, 0 and +1 a third of the time. */
  public static byte[] trits(SplittableRandom random, int count) {
    byte[] trits = new byte[count];
    for (int i = 0; i < count; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    return trits;
  }

  /** One value for all. */
  public static float[] constant(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  /** A kernel of random trits. */
  public static TernaryKernel kernel(
      SplittableRandom random, int outputs, int inputs, int height, int width) {
    return TernaryKernel.ofTrits(
        trits(random, outputs * inputs * height * width), outputs, inputs, height, width);
  }

  /** Bounds around ±0.5, some channels with the order reversed. */
  public static Thresholds thresholds(SplittableRandom random, int channels) {
    float[] low = floats(random, channels, 0.3);
    float[] high = new float[channels];
    boolean[] negated = new boolean[channels];
    for (int c = 0; c < channels; c++) {
      low[c] -= 0.5f;
      high[c] = low[c] + 1;
      negated[c] = random.nextInt(4) == 0;
    }
    return new Thresholds(low, high, negated);
  }

  /**
   * A window of random extents, small enough that it fits a map of {@code height} × {@code width}.
   */
  public static Window window(SplittableRandom random, Shape shape, int kernel, int pad) {
    while (true) {
      Window window =
          new Window(
              1 + random.nextInt(kernel),
              1 + random.nextInt(kernel),
              1 + random.nextInt(3),
              1 + random.nextInt(3),
              random.nextInt(pad + 1),
              random.nextInt(pad + 1),
              random.nextInt(pad + 1),
              random.nextInt(pad + 1),
              1 + random.nextInt(3),
              1 + random.nextInt(3));
      if (fits(window, shape)) {
        return window;
      }
    }
  }

  /** Whether the padded map is at least as large as the window. */
  public static boolean fits(Window window, Shape shape) {
    int reachHeight = (window.kernelHeight() - 1) * window.dilationHeight() + 1;
    int reachWidth = (window.kernelWidth() - 1) * window.dilationWidth() + 1;
    return reachHeight <= shape.height() + window.padTop() + window.padBottom()
        && reachWidth <= shape.width() + window.padLeft() + window.padRight();
  }
}
