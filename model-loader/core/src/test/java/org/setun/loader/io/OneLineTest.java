// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineTest {
  /** Control characters, line separators, a right-to-left override and half a surrogate pair. */
  @ParameterizedTest
  @CsvSource({
    "000a", "000d", "001b", "007f", "0085", "2028", "2029", "202e", "feff", "d83d", "dc4b"
  })
  void whatIsNotShownAsACharacterIsEscaped(String code) {
    char c = (char) Integer.parseInt(code, 16);
    assertEquals("a\\u" + code + "b", OneLine.of("a" + c + "b"));
  }

  @Test
  void allElseStaysAsItIs() {
    String text = "größe 模型 👋 \\u000a '\"";
    assertEquals(text, OneLine.of(text));
  }

  @Test
  void anEndlessTextIsCut() {
    String cut = OneLine.of("x".repeat(1 << 20));
    assertTrue(cut.endsWith("x…") && cut.length() < 1 << 17, () -> cut.length() + " characters");
    assertEquals("x".repeat(1000), OneLine.of("x".repeat(1000)));
  }
}
