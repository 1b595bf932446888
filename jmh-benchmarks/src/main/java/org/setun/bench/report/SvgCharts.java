// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptableObject;

/**
 * Draws charts as SVG files without a browser: ECharts renders to text, which needs no more than
 * ECMAScript. Belongs to one thread.
 */
final class SvgCharts implements AutoCloseable {
  /** ECharts calls these when a chart moves, which these do not. */
  private static final String TIMERS =
      "var setTimeout = function () { return 0; }, clearTimeout = function () {};";

  private static final String DRAW =
      """
      var chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: width, height: height});
      chart.setOption(SetunCharts.option(JSON.parse(json), {theme: theme, width: width, title: true}));
      var svg = chart.renderToSVGString();
      chart.dispose();
      svg;
      """;

  private final Context context = Context.enter();
  private final ScriptableObject scope;

  /** Loads ECharts, which takes a second. */
  SvgCharts() {
    // Its scripts run once: to compile them would take ten times as long.
    context.setInterpretedMode(true);
    context.setLanguageVersion(Context.VERSION_ECMASCRIPT);
    scope = context.initSafeStandardObjects();
    run("timers", TIMERS);
    run("echarts.min.js", Resources.echarts());
    run("charts.js", Resources.text("charts.js"));
  }

  /**
   * Draws a chart that is not missing.
   *
   * @param theme {@code light} or {@code dark}
   * @return an SVG document
   */
  String draw(Chart chart, String theme, int width, int height) {
    try {
      String json =
          new ObjectMapper()
              .writeValueAsString(
                  Map.of(
                      "title", chart.title(),
                      "caption", chart.caption(),
                      "kind", chart.kind(),
                      "data", chart.data()));
      ScriptableObject.putProperty(scope, "json", json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(chart.id() + " cannot be written as JSON", e);
    }
    ScriptableObject.putProperty(scope, "theme", theme);
    ScriptableObject.putProperty(scope, "width", width);
    ScriptableObject.putProperty(scope, "height", height);
    return Context.toString(run("draw", DRAW)) + "\n";
  }

  private Object run(String name, String script) {
    return context.evaluateString(scope, script, name, 1, null);
  }

  @Override
  public void close() {
    Context.exit();
  }
}
