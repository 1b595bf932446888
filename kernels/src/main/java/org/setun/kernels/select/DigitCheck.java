// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.DigitSum;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.scalar.ScalarBitSlicedCounts;
import org.setun.kernels.scalar.ScalarDigitSum;

/** Self-check of what multiplies trits with integers, beside plain loops. */
public final class DigitCheck {
  private static final int PLANES = 11;
  private static final int TOTAL_PLANES = 24;

  private DigitCheck() {}

  /**
   * Checks the operations of a set on a small case.
   *
   * @return what is wrong, or empty
   */
  public static Optional<String> check(KernelSet set) {
    int lanes = set.digits().lanes();
    int[] expected = run(new ScalarDigitSum(lanes), new ScalarBitSlicedCounts(lanes));
    int[] actual = run(set.digits(), set.bitSliced().counts());
    return Arrays.equals(expected, actual)
        ? Optional.empty()
        : Optional.of("sum of digits differs from scalar");
  }

  private static int[] run(DigitSum sum, BitSlicedCounts counts) {
    SplittableRandom random = new SplittableRandom(27);
    int bytes = sum.bytes();
    int entries = 9;
    byte[] table = new byte[2 * (1 + entries) * bytes];
    random.nextBytes(table);
    for (int e = 0; e <= entries; e++) {
      for (int b = 0; b < bytes; b++) {
        table[(2 * e + 1) * bytes + b] &= (byte) ~table[2 * e * bytes + b];
      }
    }
    int[] offsets = new int[2 * DigitSum.GROUP];
    Arrays.setAll(offsets, i -> 2 * random.nextInt(entries) * bytes);
    byte[] counters = new byte[PLANES * bytes];
    Arrays.fill(counters, 7 * bytes, 8 * bytes, (byte) -1);
    byte[] totals = new byte[TOTAL_PLANES * bytes];
    random.nextBytes(totals);
    for (boolean complement : new boolean[] {true, false, true}) {
      sum.add(table, 2 * bytes, offsets, 0, offsets.length, counters, 0, PLANES, complement);
      sum.accumulate(counters, 0, PLANES, totals, 4 * bytes, TOTAL_PLANES - 4);
    }
    int[] results = new int[sum.lanes()];
    byte[] work = new byte[BitSlicedCounts.workBytes(sum.lanes())];
    counts.interleaved(totals, 0, TOTAL_PLANES, 99, work, results, 0);
    return results;
  }
}
