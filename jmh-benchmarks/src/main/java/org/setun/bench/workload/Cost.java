// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import org.setun.cli.ClockProbe;
import org.setun.kernels.StepInfo;
import org.setun.kernels.TernaryKernel;

/**
 * What one call of a benchmark does, for {@link Work} to set against the time it takes. A figure
 * that is unknown, or means nothing for the benchmark, is 0.
 *
 * @param units images or layers
 * @param macs multiply-adds
 * @param boundNanos least possible time: two vector ports at the clock of this machine
 * @param bytes bytes that must be read and written at least, each once
 * @param popcounts 64-bit words whose bits are counted
 */
public record Cost(double units, double macs, double boundNanos, double bytes, double popcounts) {
  /** The cost of passes of a network over one image; a unit is what they compute together. */
  public static Cost of(Passes passes) {
    double gigahertz = ClockProbe.gigahertz();
    double bound = 0;
    double bytes = 0;
    double popcounts = 0;
    for (StepInfo step : passes.steps()) {
      if (step.macs() > 0) {
        // Infinite where a kernel's bound is unknown, and so is then the sum.
        bound += step.macs() / (step.boundMacsPerCycle() * gigahertz);
      }
      bytes += step.parameterBytes();
      popcounts += step.macs() * popcountsPerMac(step.kernel());
    }
    return new Cost(1, passes.macs(), Double.isFinite(bound) ? bound : 0, bytes, popcounts);
  }

  /** Multiply-adds alone, which is all that is known of the work of others. */
  public static Cost ofMacs(double units, double macs) {
    return new Cost(units, macs, 0, 0, 0);
  }

  /** The same with bytes added: of images and maps that {@link #of} does not know. */
  public Cost plusBytes(double more) {
    return new Cost(units, macs, boundNanos, bytes + more, popcounts);
  }

  /** The same work so many times, in one call. */
  public Cost times(int count) {
    return new Cost(
        units * count, macs * count, boundNanos * count, bytes * count, popcounts * count);
  }

  /** Popcounts of a word for one product; those at the end of a tile are left out. */
  public static double popcountsPerMac(String kernel) {
    double perWord = 0;
    if (kernel.contains("zfold")) {
      perWord = 1;
    } else if (kernel.contains("gated-xor")) {
      perWord = 2;
    }
    return perWord / TernaryKernel.WORD;
  }
}
