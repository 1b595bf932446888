package org.setun.loader.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object read field by field. Every field must be read: {@link #finish} refuses the others,
 * so that a misspelt name is an error and not a silent default. Every error names its place.
 */
public final class JsonObject {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode node;
  private final String place;
  private final Set<String> unread;

  private JsonObject(ObjectNode node, String place, Set<String> unread) {
    this.node = node;
    this.place = place;
    this.unread = unread;
  }

  private static JsonObject of(ObjectNode node, String place) {
    Set<String> fields = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(fields::add);
    return new JsonObject(node, place, fields);
  }

  /**
   * Parses a document whose root is an object.
   *
   * @param utf8 the document
   * @return the root
   * @throws JsonFormatException if it is not JSON, repeats a field, or is not an object
   */
  public static JsonObject parse(byte[] utf8) throws JsonFormatException {
    JsonNode root;
    try {
      root = MAPPER.readTree(utf8);
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr();
      throw new JsonFormatException(line, e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    if (root instanceof ObjectNode object) {
      return of(object, "");
    }
    throw new JsonFormatException("", "the document is not a JSON object");
  }

  /**
   * The same object with its errors placed elsewhere: a layer is best named by its own name.
   *
   * @param newPlace the place in messages
   * @return a view that shares what was read already
   */
  public JsonObject at(String newPlace) {
    return new JsonObject(node, newPlace, unread);
  }

  /**
   * Whether a field is present.
   *
   * @param field name of the field
   * @return true if so, whatever its type
   */
  public boolean has(String field) {
    return node.has(field);
  }

  /**
   * Where the object stands in its document.
   *
   * @return the place in messages, empty for the root
   */
  public String place() {
    return place;
  }

  /**
   * A string that is not empty.
   *
   * @param field name of the field
   * @return the value
   * @throws JsonFormatException if it is missing or anything else
   */
  public String string(String field) throws JsonFormatException {
    JsonNode value = required(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw wrong(field, "a string that is not empty", value);
    }
    return value.textValue();
  }

  /**
   * A string that is not empty, or a default.
   *
   * @param field name of the field
   * @param absent the default
   * @return the value
   * @throws JsonFormatException if it is anything else
   */
  public String string(String field, String absent) throws JsonFormatException {
    return has(field) ? string(field) : absent;
  }

  /**
   * A string that is not empty, where the field is present.
   *
   * @param field name of the field
   * @return the value
   * @throws JsonFormatException if it is anything else
   */
  public Optional<String> optionalString(String field) throws JsonFormatException {
    return has(field) ? Optional.of(string(field)) : Optional.empty();
  }

  /**
   * A truth value, or a default.
   *
   * @param field name of the field
   * @param absent the default
   * @return the value
   * @throws JsonFormatException if it is anything else
   */
  public boolean bool(String field, boolean absent) throws JsonFormatException {
    if (!has(field)) {
      return absent;
    }
    JsonNode value = required(field);
    if (!value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return value.booleanValue();
  }

  /**
   * An integer of 32 bits.
   *
   * @param field name of the field
   * @param minimum least value allowed
   * @return the value
   * @throws JsonFormatException if it is missing or anything else
   */
  public int integer(String field, int minimum) throws JsonFormatException {
    return integer(field, required(field), minimum);
  }

  /**
   * An integer of 32 bits, or a default.
   *
   * @param field name of the field
   * @param minimum least value allowed
   * @param absent the default
   * @return the value
   * @throws JsonFormatException if it is anything else
   */
  public int integer(String field, int minimum, int absent) throws JsonFormatException {
    return has(field) ? integer(field, minimum) : absent;
  }

  /**
   * An integer of 64 bits that is not negative.
   *
   * @param field name of the field
   * @return the value
   * @throws JsonFormatException if it is missing or anything else
   */
  public long size(String field) throws JsonFormatException {
    JsonNode value = required(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw wrong(field, "an integer of at least 0", value);
    }
    return value.longValue();
  }

  /**
   * A positive finite number, or a default.
   *
   * @param field name of the field
   * @param absent the default
   * @return the value
   * @throws JsonFormatException if it is anything else
   */
  public double positive(String field, double absent) throws JsonFormatException {
    if (!has(field)) {
      return absent;
    }
    JsonNode value = required(field);
    double number = value.doubleValue();
    if (!value.isNumber() || !(number > 0) || Double.isInfinite(number)) {
      throw wrong(field, "a positive number", value);
    }
    return number;
  }

  /**
   * A list of integers; a lone integer is a list of one.
   *
   * @param field name of the field
   * @param minimum least value allowed
   * @return the values
   * @throws JsonFormatException if it is missing or anything else
   */
  public int[] integers(String field, int minimum) throws JsonFormatException {
    JsonNode value = required(field);
    if (!value.isArray()) {
      return new int[] {integer(field, value, minimum)};
    }
    int[] numbers = new int[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integer(field, value.get(i), minimum);
    }
    return numbers;
  }

  /**
   * A list of finite numbers.
   *
   * @param field name of the field
   * @return the values
   * @throws JsonFormatException if it is missing or anything else
   */
  public List<Double> numbers(String field) throws JsonFormatException {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : array(field)) {
      if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
        throw wrong(field, "a list of numbers", value);
      }
      numbers.add(value.doubleValue());
    }
    return List.copyOf(numbers);
  }

  /**
   * A list of strings, none of them empty.
   *
   * @param field name of the field
   * @return the values
   * @throws JsonFormatException if it is missing or anything else
   */
  public List<String> strings(String field) throws JsonFormatException {
    List<String> strings = new ArrayList<>();
    for (JsonNode value : array(field)) {
      if (!value.isTextual() || value.textValue().isEmpty()) {
        throw wrong(field, "a list of strings", value);
      }
      strings.add(value.textValue());
    }
    return List.copyOf(strings);
  }

  /**
   * An object.
   *
   * @param field name of the field
   * @return the object, to be {@link #finish finished} by itself
   * @throws JsonFormatException if it is missing or anything else
   */
  public JsonObject object(String field) throws JsonFormatException {
    JsonNode value = required(field);
    if (value instanceof ObjectNode object) {
      return of(object, place.isEmpty() ? field : place + ", " + field);
    }
    throw wrong(field, "an object", value);
  }

  /**
   * A list of objects.
   *
   * @param field name of the field
   * @param element what one is called: its place is this, a space, and its number from 1
   * @return the objects, each to be {@link #finish finished} by itself
   * @throws JsonFormatException if it is missing or anything else
   */
  public List<JsonObject> objects(String field, String element) throws JsonFormatException {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonNode value : array(field)) {
      String number = element + " " + (objects.size() + 1);
      if (!(value instanceof ObjectNode object)) {
        throw new JsonFormatException(number, "is not an object");
      }
      objects.add(of(object, number));
    }
    return objects;
  }

  /**
   * Ends the reading.
   *
   * @throws JsonFormatException if fields were not read, naming all of them
   */
  public void finish() throws JsonFormatException {
    if (!unread.isEmpty()) {
      throw new JsonFormatException(
          place,
          (unread.size() == 1 ? "unknown field " : "unknown fields ") + String.join(", ", unread));
    }
  }

  /**
   * An error about one field of this object.
   *
   * @param field name of the field
   * @param detail what is wrong with it
   * @return the exception, to be thrown
   */
  public JsonFormatException error(String field, String detail) {
    return new JsonFormatException(place, "field " + field + " " + detail);
  }

  private JsonNode required(String field) throws JsonFormatException {
    unread.remove(field);
    JsonNode value = node.get(field);
    if (value == null) {
      throw new JsonFormatException(place, "field " + field + " is missing");
    }
    return value;
  }

  private JsonNode array(String field) throws JsonFormatException {
    JsonNode value = required(field);
    if (!value.isArray()) {
      throw wrong(field, "a list", value);
    }
    return value;
  }

  private int integer(String field, JsonNode value, int minimum) throws JsonFormatException {
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < minimum) {
      throw wrong(field, "an integer of at least " + minimum, value);
    }
    return value.intValue();
  }

  private JsonFormatException wrong(String field, String expected, JsonNode value) {
    String shown = value.toString();
    return error(
        field,
        "must be "
            + expected
            + ", not "
            + (shown.length() <= 40 ? shown : shown.substring(0, 40) + "…"));
  }
}
