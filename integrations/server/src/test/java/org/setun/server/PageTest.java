// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.setun.browser.Chromium;
import org.setun.loader.Prediction;

/** The page in a browser; skipped, and said to be, where there is no Chromium. */
final class PageTest {
  private static final int PHONE = 375;
  private static final int DESKTOP = 1100;

  @Test
  void imagesAreClassifiedHoweverTheyGetThere() throws Exception {
    Optional<Path> browser = Chromium.find();
    if (browser.isEmpty()) {
      System.out.println("SKIPPED: no Chromium on the PATH, nor in the variable CHROMIUM");
    }
    assumeTrue(browser.isPresent(), "no Chromium");
    try (TestServer server = TestServer.start(new TestOptions());
        Chromium chromium = new Chromium(browser.get())) {
      List<String> colours = new ArrayList<>();
      for (boolean dark : List.of(false, true)) {
        for (int width : List.of(PHONE, DESKTOP)) {
          chromium.open(server.uri("/"), width, dark);
          await(chromium, "document.getElementById('model').textContent.includes('classes')");
          dropped(chromium, "colour.png");
          assertShown(chromium, "colour.png");
          chosen(chromium, "grey.jpg");
          assertShown(chromium, "grey.jpg");
          sampled(chromium, "ball");
          sampled(chromium, "shirt");
          assertEquals(width, chromium.evaluate("document.documentElement.scrollWidth").asInt());
          screenshot(chromium, width, dark);
        }
        colours.add(chromium.evaluate("getComputedStyle(document.body).backgroundColor").asText());
        // Nothing that the content security policy forbids, nothing that failed.
        assertEquals(List.of(), chromium.console());
      }
      assertNotEquals(colours.getFirst(), colours.getLast());
      assertTheKeyboardReachesTheFileChooser(chromium);
      assertRefusalsAreShown(chromium);
    }
  }

  /** A sample's image is classified, and how long that took is shown. */
  private static void sampled(Chromium chromium, String sample) throws Exception {
    chromium.evaluate("document.querySelector('[data-sample=" + sample + "]').click()");
    await(chromium, "document.getElementById('preview').alt == '" + sample + ".png'");
    await(chromium, "!document.getElementById('result').hidden");
    String latency = chromium.evaluate("document.getElementById('latency').textContent").asText();
    assertTrue(latency.matches("Answered in [0-9.]+ ms; median of [0-9]+: [0-9.]+ ms"), latency);
    for (String link : List.of("/openapi.json", "/metrics")) {
      assertTrue(
          chromium
              .evaluate("document.querySelector('footer a[href=\"" + link + "\"]') != null")
              .asBoolean(),
          link);
    }
  }

  private static void chosen(Chromium chromium, String image) throws Exception {
    int document = chromium.call("DOM.getDocument", Map.of()).at("/root/nodeId").asInt();
    int input =
        chromium
            .call("DOM.querySelector", Map.of("nodeId", document, "selector", "#file"))
            .get("nodeId")
            .asInt();
    String file = TestServer.path("images/" + image).toAbsolutePath().toString();
    chromium.call("DOM.setFileInputFiles", Map.of("nodeId", input, "files", List.of(file)));
  }

  private static void dropped(Chromium chromium, String image) throws Exception {
    drop(chromium, image, "image/png", TestServer.file("images/" + image));
  }

  private static void drop(Chromium chromium, String name, String type, byte[] content)
      throws Exception {
    chromium.evaluate(
        """
        {
          const bytes = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "%s", { type: "%s" }));
          const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
          document.getElementById("drop").dispatchEvent(event);
        }
        """
            .formatted(Base64.getEncoder().encodeToString(content), name, type));
  }

  /** The table and the line that a screen reader speaks show what the model says. */
  private static void assertShown(Chromium chromium, String image) throws Exception {
    await(chromium, "document.getElementById('preview').alt == '" + image + "'");
    await(chromium, "!document.getElementById('result').hidden");
    List<Prediction> expected =
        TestServer.fmnist().classifier().classify(TestServer.path("images/" + image), 5);
    String rows =
        chromium
            .evaluate(
                "[...document.querySelectorAll('tbody tr')].map(r =>"
                    + " [...r.cells].map(c => c.textContent).join(' ')).join('|')")
            .asText();
    assertEquals(
        String.join(
            "|",
            expected.stream()
                .map(p -> "%s %.1f %%".formatted(p.label(), 100 * p.probability()))
                .toList()),
        rows);
    String status =
        chromium.evaluate("document.querySelector('[role=status]').textContent").asText();
    assertTrue(status.startsWith(expected.getFirst().label()), status);
    assertTrue(chromium.evaluate("document.getElementById('preview').naturalWidth").asInt() > 0);
  }

  private static void assertTheKeyboardReachesTheFileChooser(Chromium chromium) throws Exception {
    chromium.call(
        "Input.dispatchKeyEvent",
        Map.of("type", "rawKeyDown", "key", "Tab", "code", "Tab", "windowsVirtualKeyCode", 9));
    assertEquals("file", chromium.evaluate("document.activeElement.id").asText());
    assertEquals(
        "solid",
        chromium
            .evaluate("getComputedStyle(document.getElementById('drop')).outlineStyle")
            .asText());
  }

  private static void assertRefusalsAreShown(Chromium chromium) throws Exception {
    drop(chromium, "broken.png", "image/png", new byte[] {1, 2, 3});
    await(chromium, "document.getElementById('status').className == 'bad'");
    assertTrue(chromium.evaluate("document.getElementById('result').hidden").asBoolean());
    assertTrue(status(chromium).contains("neither a PNG nor a JPEG"), status(chromium));
    drop(chromium, "text.txt", "text/plain", new byte[] {65});
    await(chromium, "document.getElementById('status').textContent.startsWith('That is')");
  }

  private static String status(Chromium chromium) throws Exception {
    return chromium.evaluate("document.getElementById('status').textContent").asText();
  }

  private static void await(Chromium chromium, String condition) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!chromium.evaluate(condition).asBoolean()) {
      assertTrue(System.nanoTime() < end, () -> "never true: " + condition);
      Thread.sleep(20);
    }
  }

  /** For those who want to look: in the build's folder. */
  private static void screenshot(Chromium chromium, int width, boolean dark) throws Exception {
    String png = chromium.call("Page.captureScreenshot", Map.of()).get("data").asText();
    Path file = Path.of("target", "page-" + width + (dark ? "-dark" : "-light") + ".png");
    Files.write(file, Base64.getDecoder().decode(png));
  }
}
