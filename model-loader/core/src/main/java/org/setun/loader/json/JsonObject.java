// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.json;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object read field by field. Every field must be read: {@link #finish} refuses the others,
 * so that a misspelt name is an error and not a silent default. Every error names its place.
 */
public final class JsonObject {
  /** Longest part of a value that a message repeats, in characters. */
  private static final int LONGEST_SHOWN = 40;

  private final Map<?, ?> fields;
  private final String place;
  private final Set<String> unread;

  private JsonObject(Map<?, ?> fields, String place, Set<String> unread) {
    this.fields = fields;
    this.place = place;
    this.unread = unread;
  }

  private static JsonObject of(Map<?, ?> fields, String place) {
    Set<String> unread = new LinkedHashSet<>();
    fields.keySet().forEach(name -> unread.add(name.toString()));
    return new JsonObject(fields, place, unread);
  }

  /**
   * Parses a document whose root is an object.
   *
   * @param utf8 the document
   * @return the root
   * @throws JsonFormatException if it is not JSON, repeats a field, or is not an object
   */
  public static JsonObject parse(byte[] utf8) throws JsonFormatException {
    if (JsonReader.<Object, JsonFormatException>read(utf8, JsonReader::tree)
        instanceof Map<?, ?> root) {
      return of(root, "");
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
    return new JsonObject(fields, newPlace, unread);
  }

  /**
   * Whether a field is present.
   *
   * @param field name of the field
   * @return true if so, whatever its type
   */
  public boolean has(String field) {
    return fields.containsKey(field);
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
    Object value = required(field);
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw wrong(field, "a string that is not empty", value);
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
    Object value = required(field);
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw wrong(field, "true or false", value);
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
    Object value = required(field);
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    throw wrong(field, "an integer of at least 0", value);
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
    Object value = required(field);
    if (value instanceof Number number
        && number.doubleValue() > 0
        && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(field, "a positive number", value);
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
    Object value = required(field);
    if (!(value instanceof List<?> list)) {
      return new int[] {integer(field, value, minimum)};
    }
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integer(field, list.get(i), minimum);
    }
    return numbers;
  }

  /**
   * A finite number that may be left out.
   *
   * @param field name of the field
   * @param absent the value without the field
   * @return the value
   * @throws JsonFormatException if it is anything else
   */
  public double number(String field, double absent) throws JsonFormatException {
    if (!has(field)) {
      return absent;
    }
    Object value = required(field);
    if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
      throw error(field, "must be a finite number");
    }
    return number.doubleValue();
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
    for (Object value : array(field)) {
      if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
        throw wrong(field, "a list of numbers", value);
      }
      numbers.add(number.doubleValue());
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
    for (Object value : array(field)) {
      if (!(value instanceof String text) || text.isEmpty()) {
        throw wrong(field, "a list of strings", value);
      }
      strings.add(text);
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
    Object value = required(field);
    if (value instanceof Map<?, ?> object) {
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
    for (Object value : array(field)) {
      String number = element + " " + (objects.size() + 1);
      if (!(value instanceof Map<?, ?> object)) {
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

  private Object required(String field) throws JsonFormatException {
    unread.remove(field);
    if (!fields.containsKey(field)) {
      throw new JsonFormatException(place, "field " + field + " is missing");
    }
    return fields.get(field);
  }

  private List<?> array(String field) throws JsonFormatException {
    Object value = required(field);
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(field, "a list", value);
  }

  private int integer(String field, Object value, int minimum) throws JsonFormatException {
    if (value instanceof Long number && number >= minimum && number <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw wrong(field, "an integer of at least " + minimum, value);
  }

  private JsonFormatException wrong(String field, String expected, Object value) {
    String shown =
        switch (value) {
          case null -> "null";
          case Map<?, ?> _ -> "an object";
          case List<?> _ -> "a list";
          case String text when text.length() > LONGEST_SHOWN ->
              '"' + text.substring(0, LONGEST_SHOWN) + "…\"";
          case String text -> '"' + text + '"';
          default -> value.toString();
        };
    return error(field, "must be " + expected + ", not " + shown);
  }
}
