// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON of an untrusted file token by token. It builds no tree unless asked for one, nesting
 * is bounded, and no name may occur twice, since two readers could see two different documents.
 */
public final class JsonReader {
  private static final int DEEPEST = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final JsonParser parser;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Makes something of a document.
   *
   * @param <T> type of the result
   * @param <E> what else may go wrong
   */
  @FunctionalInterface
  public interface Body<T, E extends IOException> {
    /**
     * Reads the document from its first token, which is current, to its last.
     *
     * @param json stands on the first token
     * @return the result
     * @throws JsonFormatException if the document is not what is expected
     * @throws E if anything else goes wrong
     */
    T read(JsonReader json) throws JsonFormatException, E;
  }

  /**
   * Reads a document.
   *
   * @param utf8 the document
   * @param body reads all of it
   * @param <T> type of the result
   * @param <E> what else may go wrong
   * @return what {@code body} makes of it
   * @throws JsonFormatException if it is not JSON, repeats a name, is too deep, goes on behind its
   *     end, or is not what {@code body} expects
   * @throws E if {@code body} throws it
   */
  public static <T, E extends IOException> T read(byte[] utf8, Body<T, E> body)
      throws JsonFormatException, E {
    JsonReader json = new JsonReader(call(() -> JSON.createParser(utf8)));
    try {
      if (json.next() == null) {
        throw new JsonFormatException("", "the document is empty");
      }
      T value = body.read(json);
      if (json.next() != null) {
        throw new JsonFormatException("", "text follows the end of the document");
      }
      return value;
    } finally {
      call(
          () -> {
            json.parser.close();
            return null;
          });
    }
  }

  /**
   * Requires an object, whose fields {@link #nextField} then goes through.
   *
   * @throws JsonFormatException if the current token begins none
   */
  public void requireObject() throws JsonFormatException {
    require(JsonToken.START_OBJECT);
  }

  /**
   * Requires a list, whose elements {@link #nextElement} then goes through.
   *
   * @throws JsonFormatException if the current token begins none
   */
  public void requireList() throws JsonFormatException {
    require(JsonToken.START_ARRAY);
  }

  /**
   * Goes to the next field of an object and on to its value.
   *
   * @return the field's name, or null at the end of the object
   * @throws JsonFormatException if the document is malformed
   */
  public String nextField() throws JsonFormatException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String name = call(parser::currentName);
    next();
    return name;
  }

  /**
   * Goes to the next element of a list.
   *
   * @return false at the end of the list
   * @throws JsonFormatException if the document is malformed
   */
  public boolean nextElement() throws JsonFormatException {
    return next() != JsonToken.END_ARRAY;
  }

  /**
   * The current token, which must be a string.
   *
   * @return the string
   * @throws JsonFormatException if it is anything else
   */
  public String string() throws JsonFormatException {
    require(JsonToken.VALUE_STRING);
    return call(parser::getText);
  }

  /**
   * The current token, which must be an integer of 64 bits.
   *
   * @return the integer
   * @throws JsonFormatException if it is anything else
   */
  public long integer() throws JsonFormatException {
    require(JsonToken.VALUE_NUMBER_INT);
    return call(parser::getLongValue);
  }

  /**
   * The current token as text if it is neither an object nor a list, which are skipped.
   *
   * @return the text, or null
   * @throws JsonFormatException if the document is malformed
   */
  public String plainText() throws JsonFormatException {
    return call(
        () -> {
          if (parser.currentToken().isScalarValue()) {
            return parser.getText();
          }
          parser.skipChildren();
          return null;
        });
  }

  /**
   * The value that begins with the current token, as plain Java: maps, lists, strings, booleans,
   * null, {@link Long} for integers of 64 bits, {@link Double} for all other numbers. Jackson's own
   * trees would be as good, but loading them takes a new JVM longer than reading ResNet-18.
   */
  Object tree() throws JsonFormatException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name = nextField(); name != null; name = nextField()) {
          fields.put(name, tree());
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (nextElement()) {
          elements.add(tree());
        }
        yield elements;
      }
      case VALUE_STRING -> call(parser::getText);
      case VALUE_NUMBER_INT ->
          call(
              () ->
                  parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                      ? (Object) parser.getDoubleValue()
                      : (Object) parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> call(parser::getDoubleValue);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("no value begins with " + token);
    };
  }

  private JsonToken next() throws JsonFormatException {
    return call(parser::nextToken);
  }

  private void require(JsonToken expected) throws JsonFormatException {
    JsonToken found = parser.currentToken();
    if (found != expected) {
      throw new JsonFormatException(
          "line " + parser.currentTokenLocation().getLineNr(),
          describe(found) + " where " + describe(expected) + " belongs");
    }
  }

  private static String describe(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a number";
      default -> token.asString();
    };
  }

  private interface Call<T> {
    T make() throws IOException;
  }

  /** Calls Jackson, whose exceptions become this package's. */
  private static <T> T call(Call<T> call) throws JsonFormatException {
    try {
      return call.make();
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr();
      throw new JsonFormatException(line, e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      // Jackson's answer to bytes that are text in no encoding of Unicode.
      throw new JsonFormatException("", e.getMessage());
    }
  }
}
