// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Kernels that are ternary already, with one scale a channel or for all: those of no method in
 * particular, and STTN's pairs that were added before they were saved.
 *
 * @since 0.1
 */
public final class PlainTernary {
  private PlainTernary() {}

  /**
   * Recognises a ternary kernel: every value of output channel {@code o} is -c, 0 or +c, with
   * {@code c} the same within 1e-5. A channel may be all zeros. Where the values of plus and minus
   * do not overlap, each sign keeps its own c.
   *
   * @param kernel the kernel
   * @return the trits and, per output channel, c of each sign
   * @throws MethodException if a value is none of its channel's three levels
   */
  public static TernaryWeights recognize(LatentKernel kernel) throws MethodException {
    Objects.requireNonNull(kernel, "kernel");
    KernelProblems.requireFinite(kernel);
    int n = kernel.weightsPerOutput();
    float[] values = kernel.values();
    byte[] trits = new byte[values.length];
    double[] plus = new double[kernel.outputChannels()];
    double[] minus = new double[plus.length];
    KernelProblems.Finding wrong = new KernelProblems.Finding();
    for (int o = 0, i = 0; o < plus.length; o++) {
      double level = median(values, i, n);
      Signs signs = signs(values, i, n, level);
      plus[o] = signs.plus;
      minus[o] = signs.minus;
      for (int end = i + n; i < end; i++) {
        trits[i] = (byte) Math.signum(values[i]);
        double distance = Math.abs(Math.abs(values[i]) - level);
        boolean fits = values[i] == 0 || distance <= KernelLevels.TOLERANCE * level;
        if (!fits) {
          wrong.add(values[i] + " at " + kernel.index(i) + " (±" + (float) level + ")");
        }
      }
    }
    List<String> problems = new ArrayList<>();
    wrong.report(kernel, "values that are neither 0 nor their channel's level", problems);
    if (!problems.isEmpty()) {
      throw new MethodException(problems);
    }
    return new TernaryWeights(kernel.pack(trits), plus, minus);
  }

  /** The scales of a channel's signs. */
  private record Signs(double plus, double minus) {}

  /** A scale for each sign if their values do not overlap, else the level for both. */
  private static Signs signs(float[] values, int from, int count, double level) {
    float[] plus = new float[count];
    float[] minus = new float[count];
    int pluses = 0;
    int minuses = 0;
    for (int i = from; i < from + count; i++) {
      if (values[i] > 0) {
        plus[pluses++] = values[i];
      } else if (values[i] < 0) {
        minus[minuses++] = -values[i];
      }
    }
    if (pluses == 0 || minuses == 0) {
      return new Signs(level, level);
    }
    Arrays.sort(plus, 0, pluses);
    Arrays.sort(minus, 0, minuses);
    boolean overlap = plus[0] <= minus[minuses - 1] && minus[0] <= plus[pluses - 1];
    return overlap ? new Signs(level, level) : new Signs(plus[pluses / 2], minus[minuses / 2]);
  }

  /** Median of the nonzero magnitudes: one outlier does not move it, so it is the one reported. */
  private static double median(float[] values, int from, int count) {
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
}
