// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private static String printed(int columns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Progress progress = Progress.start("classify", 10_000, columns, terminal)) {
      progress.advance(10_000);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 41, 50, 69, 70, 71, 80, 200})
  void theLineIsWholeAndFits(int columns) {
    String last = printed(columns).lines().reduce("", (a, b) -> b.isBlank() ? a : b);
    last = last.substring(last.lastIndexOf('\r') + 1).stripTrailing();
    assertTrue(last.length() < columns, last);
    assertTrue(last.startsWith("classify 100% [=") && last.contains("] 10000/10000 ("), last);
    assertTrue(last.endsWith(")"), last);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void nothingIsPrintedWithoutATerminal(int columns) {
    assertEquals("", printed(columns));
  }
}
