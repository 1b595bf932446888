// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExpectationTest {
  private static final CodeTarget TARGET = new CodeTarget("amd64", 512, 32, true, "25.0.3+9");
  private static final Expectation EXPECTED =
      new Expectation(TARGET, Map.of("ZFold7x1.tile", Map.of("vpternlogd", 14, "vpopcntq", 14)));

  @Test
  void whatIsWrittenIsReadBack() {
    assertEquals(EXPECTED, Expectation.parse(EXPECTED.format()));
  }

  @Test
  void differencesAreNamed() {
    assertEquals(List.of(), EXPECTED.differences(EXPECTED.counts()));
    assertEquals(
        List.of(
            "ZFold7x1.tile: 3 vmovdqu64.stack, expected 0",
            "ZFold7x1.tile: 0 vpopcntq, expected 14",
            "ZFold7x1.tile: 18 vpternlogd, expected 14"),
        EXPECTED.differences(
            Map.of("ZFold7x1.tile", Map.of("vpternlogd", 18, "vmovdqu64.stack", 3))));
    assertEquals(
        List.of("Other is new", "ZFold7x1.tile is not compiled by C2"),
        EXPECTED.differences(Map.of("Other", Map.of())));
  }

  @Test
  void linesThatAreNoCountAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Expectation.parse("ZFold7x1 vpopcntq"));
    assertThrows(NullPointerException.class, () -> Expectation.parse("ZFold7x1 vpopcntq 3"));
  }

  @Test
  void checkedInFilesAreNamedByTheirTargets() throws IOException, URISyntaxException {
    Path one =
        Path.of(Objects.requireNonNull(CodeCheck.class.getResource(TARGET.fileName())).toURI());
    try (var files = Files.newDirectoryStream(one.getParent(), "*.txt")) {
      int count = 0;
      for (Path file : files) {
        Expectation expectation = Expectation.parse(Files.readString(file));
        assertEquals(expectation.target().fileName(), file.getFileName().toString());
        assertTrue(expectation.counts().containsKey("ZFold7x1.tile"), file.toString());
        count++;
      }
      assertEquals(5, count);
    }
  }
}
