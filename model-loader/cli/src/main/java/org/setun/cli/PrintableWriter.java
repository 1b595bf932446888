// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/**
 * Prints control characters as escapes: names of tensors, layers and files come from others, and a
 * terminal would obey what they say.
 */
final class PrintableWriter extends FilterWriter {
  PrintableWriter(Writer out) {
    super(out);
  }

  /** Escapes control characters, those that end or indent a line only if they are not wanted. */
  static String escape(String text, boolean keepLines) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && !(keepLines && (c == '\n' || c == '\r' || c == '\t'))) {
        escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  @Override
  public void write(int c) throws IOException {
    out.write(escape(String.valueOf((char) c), true));
  }

  @Override
  public void write(char[] buffer, int offset, int length) throws IOException {
    out.write(escape(new String(buffer, offset, length), true));
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    out.write(escape(text.substring(offset, offset + length), true));
  }
}
