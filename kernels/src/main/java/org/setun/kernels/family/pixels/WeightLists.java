// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.pixels;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.op.BitSlicedSum;

/**
 * For each pass over input channels and each output channel the table entries of its nonzero
 * weights, filled up with neutral ones to whole steps of {@link BitSlicedSum}.
 */
final class WeightLists {
  /** The entries of all lists. */
  final char[] entries;

  /** Where each list begins, {@code [pass][output channel]}, and where the last one ends. */
  final int[] starts;

  private final int outputs;
  private final int passes;

  /**
   * Makes the lists of weights of some signs.
   *
   * @param kernel the weights
   * @param grid layout of the table
   * @param sign whether weights of a sign, 1 or -1, are taken
   */
  WeightLists(TernaryKernel kernel, PixelGrid grid, IntPredicate sign) {
    outputs = kernel.outputChannels();
    passes = grid.passes;
    starts = new int[passes * outputs + 1];
    char[] found = new char[1024];
    int count = 0;
    for (int pass = 0; pass < passes; pass++) {
      int first = pass * grid.passChannels;
      int end = Math.min(first + grid.passChannels, kernel.inputChannels());
      for (int o = 0; o < outputs; o++) {
        int most = (end - first) * grid.window.taps() + BitSlicedSum.GROUP;
        if (count + most > found.length) {
          found = Arrays.copyOf(found, Math.max(Math.addExact(count, most), 2 * count));
        }
        for (int c = first; c < end; c++) {
          for (int ky = 0; ky < kernel.kernelHeight(); ky++) {
            for (int kx = 0; kx < kernel.kernelWidth(); kx++) {
              int trit = kernel.trit(o, c, ky, kx);
              if (trit != 0 && sign.test(trit)) {
                found[count++] = (char) grid.entry(c - first, ky, kx, trit < 0);
              }
            }
          }
        }
        while ((count - starts[pass * outputs + o]) % BitSlicedSum.GROUP != 0) {
          found[count++] = (char) grid.neutral();
        }
        starts[pass * outputs + o + 1] = count;
      }
    }
    entries = Arrays.copyOf(found, count);
  }

  /** First entry of a list. */
  int start(int pass, int output) {
    return starts[pass * outputs + output];
  }

  /** End entry of a list, exclusive. */
  int end(int pass, int output) {
    return starts[pass * outputs + output + 1];
  }

  /** Entries of an output channel in all passes. */
  int total(int output) {
    int total = 0;
    for (int pass = 0; pass < passes; pass++) {
      total += end(pass, output) - start(pass, output);
    }
    return total;
  }

  /** Entries of the output channel that has the most. */
  int most() {
    return IntStream.range(0, outputs).map(this::total).max().orElse(0);
  }

  /** Bytes of the lists. */
  long bytes() {
    return 2L * entries.length + 4L * starts.length;
  }
}
