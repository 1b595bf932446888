// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

/** Text as protocol 0 writes it: Python's notation, on a line of its own. */
final class PickleText {
  private PickleText() {}

  /** A quoted string with escapes; a sign that begins no known escape stands for itself. */
  static String string(String line) {
    String inner =
        line.length() >= 2 && line.charAt(0) == line.charAt(line.length() - 1)
            ? line.substring(1, line.length() - 1)
            : line;
    return unescape(inner, true);
  }

  /** Text in which only {@code \\u} and {@code \\U} are escapes. */
  static String unicode(String line) {
    return unescape(line, false);
  }

  private static String unescape(String text, boolean quoted) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char kind = c == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : 0;
      int digits =
          switch (kind) {
            case 'x' -> quoted ? 2 : 0;
            case 'u' -> quoted ? 0 : 4;
            case 'U' -> quoted ? 0 : 8;
            default -> 0;
          };
      int code = digits == 0 ? -1 : hexadecimal(text, i + 2, digits);
      if (code >= 0) {
        out.appendCodePoint(code);
        i += 1 + digits;
      } else if (quoted && "\\'\"nrt".indexOf(kind) >= 0) {
        out.append(
            switch (kind) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              default -> kind;
            });
        i++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The code point that the next digits give, or -1 if they are no digits. */
  private static int hexadecimal(String text, int start, int digits) {
    int code = 0;
    for (int i = start; i < start + digits; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0 || code > Character.MAX_CODE_POINT >> 4) {
        return -1;
      }
      code = code << 4 | digit;
    }
    return Character.isValidCodePoint(code) ? code : -1;
  }
}
