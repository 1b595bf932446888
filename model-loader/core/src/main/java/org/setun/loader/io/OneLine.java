// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.io;

import java.util.Locale;

/** Messages that repeat what a file says: one line each, whatever the file says. */
public final class OneLine {
  /** Longest message, in characters: a conversion lists up to 500 keys of each kind. */
  private static final int LONGEST = 1 << 16;

  private OneLine() {}

  /**
   * A text that a terminal, a log and a table show as one line.
   *
   * @param text any text
   * @return the text with escapes for control characters, line separators and halves of surrogate
   *     pairs, cut where it is absurdly long
   */
  public static String of(String text) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST));
    for (int i = 0; i < text.length() && line.length() < LONGEST; ) {
      int c = text.codePointAt(i);
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE,
            Character.UNASSIGNED ->
            line.append(String.format(Locale.ROOT, "\\u%04x", c));
        default -> line.appendCodePoint(c);
      }
      i += Character.charCount(c);
    }
    return line.append(line.length() < LONGEST ? "" : "…").toString();
  }
}
