// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Units {
  private Units() {}

  /** Decimal units: {@code 512 bytes}, {@code 2.75 MB}. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " bytes";
    }
    if (bytes < 999_500) {
      return format("%.3g kB", bytes / 1e3);
    }
    return bytes < 999_500_000 ? format("%.3g MB", bytes / 1e6) : format("%.2f GB", bytes / 1e9);
  }

  /** {@code 35.7 %} of a share of 0 … 1. */
  static String percent(double share) {
    return format("%.1f %%", 100 * share);
  }

  /** A whole number with thousands set apart. */
  static String count(double number) {
    return format("%,.0f", number);
  }

  static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
