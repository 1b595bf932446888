// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
  private static JsonObject parse(String json) throws JsonFormatException {
    return JsonObject.parse(json.replace('\'', '"').getBytes(UTF_8));
  }

  @Test
  void readsEveryTypeOnce() throws Exception {
    JsonObject json =
        parse(
            "{'s': 'é', 'i': -3, 'l': 9007199254740993, 'd': 1e-5, 'b': true, 'n': [1, 2.5],"
                + " 'x': 7, 'o': {'k': ['a']}}");
    assertEquals("é", json.string("s"));
    assertEquals(-3, json.integer("i", -5));
    assertEquals(9_007_199_254_740_993L, json.size("l"));
    assertEquals(1e-5, json.positive("d", 0));
    assertTrue(json.bool("b", false));
    assertEquals(List.of(1.0, 2.5), json.numbers("n"));
    assertArrayEquals(new int[] {7}, json.integers("x", 0));
    assertThrows(JsonFormatException.class, json::finish);
    JsonObject inner = json.object("o");
    assertEquals(List.of("a"), inner.strings("k"));
    inner.finish();
    json.finish();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{'a'",
        "{'a':",
        "{'a':1",
        "{'a':1}}",
        "{'a':1} {}",
        "{'a':1,'a':2}",
        "[1",
        "{a:1}",
        "{'a':NaN}",
        "{'a':01}",
        "{'a':'\u0001'}",
        "null"
      })
  void textThatIsNoObjectIsRefused(String text) {
    assertThrows(JsonFormatException.class, () -> parse(text));
  }

  @Test
  void deepTextIsRefused() {
    String deep = "{'a':" + "[".repeat(5000) + "]".repeat(5000) + "}";
    assertThrows(JsonFormatException.class, () -> parse(deep));
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    // Every pair of first bytes: some make Jackson guess UTF-16 or UTF-32.
    for (int pair = 0; pair < 1 << 16; pair++) {
      byte[] bytes = {(byte) (pair >> 8), (byte) pair, '"', (byte) 0xFF, '"', ':', '1', '}'};
      assertThrows(JsonFormatException.class, () -> JsonObject.parse(bytes));
    }
  }

  @Test
  void numbersBeyondTheirTypeAreRefused() throws Exception {
    JsonObject json = parse("{'a': 2147483648, 'b': 9223372036854775808, 'c': 1e999, 'd': -1}");
    assertThrows(JsonFormatException.class, () -> json.integer("a", 0));
    assertThrows(JsonFormatException.class, () -> json.size("b"));
    assertThrows(JsonFormatException.class, () -> json.positive("c", 1));
    assertThrows(JsonFormatException.class, () -> json.size("d"));
  }
}
