// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns and rows of text.
 *
 * @param columns headings
 * @param rows the rows, each with a cell for every column
 */
record Table(List<String> columns, List<Row> rows) {
  /**
   * A row.
   *
   * @param cells its texts
   */
  record Row(List<String> cells) {}

  /** A table without rows. */
  static Table of(String... columns) {
    return new Table(List.of(columns), new ArrayList<>());
  }

  /** Adds a row. */
  void add(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns);
    }
    rows.add(new Row(List.of(cells)));
  }
}
