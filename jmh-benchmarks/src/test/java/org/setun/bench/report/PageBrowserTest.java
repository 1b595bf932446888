// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.browser.Chromium;

/** The page in a browser; skipped, and said to be, where there is no Chromium. */
class PageBrowserTest {
  private static final int PHONE = 375;
  private static final int DESKTOP = 1100;

  @TempDir Path folder;

  @Test
  void chartsAreDrawnAtEveryWidthAndInBothThemes() throws Exception {
    Optional<Path> browser = Chromium.find();
    if (browser.isEmpty()) {
      System.out.println("SKIPPED: no Chromium on the PATH, nor in the variable CHROMIUM");
    }
    assumeTrue(browser.isPresent(), "no Chromium");
    Path page = folder.resolve("report.html");
    new Report(Sample.FOLDER).writePage(page);
    try (Chromium chromium = new Chromium(browser.get())) {
      for (boolean dark : List.of(false, true)) {
        for (int width : List.of(PHONE, DESKTOP)) {
          chromium.open(page.toUri(), width, dark);
          assertDrawn(chromium, width);
        }
      }
      assertThemesDiffer(chromium);
      assertKeyboardReaches(chromium);
    }
  }

  private static void assertDrawn(Chromium chromium, int width) throws Exception {
    JsonNode charts =
        chromium.evaluate(
            "[...document.querySelectorAll('.chart')].map(c => ({id: c.id, width:"
                + " c.clientWidth, paths: c.querySelectorAll('svg path').length, texts:"
                + " c.querySelectorAll('svg text').length, label:"
                + " c.getAttribute('aria-label')}))");
    assertEquals(11, charts.size());
    for (JsonNode chart : charts) {
      assertTrue(chart.get("paths").asInt() > 3 && chart.get("texts").asInt() > 3, chart::toString);
      assertTrue(chart.get("width").asInt() > 300, chart::toString);
      assertTrue(chart.get("label").asText().length() > 20, chart::toString);
    }
    int content = chromium.evaluate("document.documentElement.scrollWidth").asInt();
    assertTrue(content <= width, content + " pixels in a window of " + width);
    assertEquals(List.of(), chromium.console());
  }

  /** Also without loading the page anew, as when evening comes. */
  private static void assertThemesDiffer(Chromium chromium) throws Exception {
    String colors =
        "getComputedStyle(document.body).backgroundColor.replace(/ /g, '') + ' ' +"
            + " document.querySelector('.chart svg text').getAttribute('fill')";
    String dark = chromium.evaluate(colors).asText();
    chromium.call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "light"))));
    // The page is told when the browser next draws.
    String light = dark;
    for (int i = 0; i < 200 && colorsInCommon(dark, light); i++) {
      Thread.sleep(50);
      light = chromium.evaluate(colors).asText();
    }
    assertFalse(colorsInCommon(dark, light), light);
  }

  private static boolean colorsInCommon(String one, String other) {
    return !Collections.disjoint(List.of(one.split(" ")), List.of(other.split(" ")));
  }

  /** The first stop of the tabulator is the link to the charts; a summary opens with Enter. */
  private static void assertKeyboardReaches(Chromium chromium) throws Exception {
    press(chromium, "Tab", 9, "");
    assertEquals("skip", chromium.evaluate("document.activeElement.className").asText());
    chromium.evaluate("document.querySelector('summary').focus()");
    press(chromium, "Enter", 13, "\r");
    assertTrue(chromium.evaluate("document.querySelector('details').open").asBoolean());
  }

  private static void press(Chromium chromium, String key, int code, String text) throws Exception {
    chromium.call(
        "Input.dispatchKeyEvent",
        Map.of(
            "type", text.isEmpty() ? "rawKeyDown" : "keyDown",
            "key", key,
            "code", key,
            "text", text,
            "windowsVirtualKeyCode", code));
    chromium.call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
  }
}
