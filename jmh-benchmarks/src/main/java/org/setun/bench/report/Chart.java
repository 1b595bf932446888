// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chart with its numbers.
 *
 * @param id within the page
 * @param kind {@code bars} or {@code lines}, see charts.js
 * @param title what it shows
 * @param caption how to read it
 * @param height in pixels
 * @param data for charts.js
 * @param table the same numbers
 * @param missing why there is no chart; {@code null} if there is one
 */
record Chart(
    String id,
    String kind,
    String title,
    String caption,
    int height,
    Map<String, Object> data,
    Table table,
    String missing) {

  private static final int BAR_PIXELS = 30;

  /** Horizontal bars, each a name, a value and its interval. */
  static Chart bars(
      String id,
      String title,
      String caption,
      Map<String, Object> data,
      List<Bar> items,
      Table table) {
    return new Chart(
        id,
        "bars",
        title,
        caption,
        70 + BAR_PIXELS * items.size(),
        with(data, "items", items),
        table,
        null);
  }

  /** Lines or points over an axis of numbers. */
  static Chart lines(
      String id,
      String title,
      String caption,
      Map<String, Object> data,
      List<Series> series,
      Table table) {
    return new Chart(id, "lines", title, caption, 400, with(data, "series", series), table, null);
  }

  /** In place of a chart whose results are not there. */
  static Chart missing(String id, String title, String caption, String reason) {
    return new Chart(id, "none", title, caption, 0, Map.of(), Table.of(), reason);
  }

  private static Map<String, Object> with(Map<String, Object> data, String key, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(data);
    all.put(key, value);
    return all;
  }

  /** A bar; {@code color} is an index into the palette. */
  record Bar(String name, double value, double low, double high, int color) {}

  /** A point of a line, with the ends of its interval. */
  record Point(String name, double x, double y, double low, double high) {}

  /** A line; points only if {@code scatter}, dashed and without symbols if {@code roof}. */
  record Series(String name, List<Point> points, boolean scatter, boolean roof, int color) {}
}
