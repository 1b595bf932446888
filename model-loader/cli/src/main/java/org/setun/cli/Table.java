// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text, printed in aligned columns. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /** A heading per column; columns of headings that end in {@code >} are aligned to the right. */
  Table(String... headings) {
    right = new boolean[headings.length];
    String[] row = new String[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].endsWith(">");
      row[i] = right[i] ? headings[i].substring(0, headings[i].length() - 1) : headings[i];
    }
    rows.add(row);
  }

  /** Adds a row of as many cells as there are headings. */
  void row(String... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(cells.length + " cells in " + right.length + " columns");
    }
    String[] row = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      row[i] = PrintableWriter.escape(cells[i], false);
    }
    rows.add(row);
  }

  void print(PrintWriter out) {
    int[] widths = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String space = " ".repeat(widths[i] - row[i].length());
        line.append(right[i] ? space + row[i] : row[i] + space).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
