// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.setun.bench.compare.Interval;

/** Numbers for people to read: four digits are more than any of them is worth. */
final class Numbers {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  private Numbers() {}

  /** At most four significant digits; a dash for what is unknown, that is 0 or not a number. */
  static String format(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return "–";
    }
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }

  /** Both ends. */
  static String range(Interval interval) {
    return format(interval.low()) + " – " + format(interval.high());
  }

  /** A share. */
  static String percent(double share) {
    return share == 0 ? "–" : format(share * 100) + " %";
  }

  /** A share of a bound; a dash if it was exceeded, because then it is none. */
  static String percentOfBound(double share) {
    return share > 1 ? "–" : percent(share);
  }

  /** Bytes that a run allocates: JMH's own share of a run is less than a byte. */
  static String bytes(double allocated) {
    return Double.isNaN(allocated) ? "–" : String.valueOf(Math.round(allocated));
  }
}
