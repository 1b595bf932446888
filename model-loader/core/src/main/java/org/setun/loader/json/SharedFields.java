// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.json;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.setun.kernels.Shape;
import org.setun.loader.image.Preprocessing;

/** Fields that architecture files and packed models have in common. */
public final class SharedFields {
  private SharedFields() {}

  /**
   * Reads a list of exactly {@code count} integers.
   *
   * @param json where
   * @param field name of the field
   * @param count how many there must be
   * @param minimum least value allowed
   * @return the integers
   * @throws JsonFormatException if it is missing or anything else
   */
  public static int[] integers(JsonObject json, String field, int count, int minimum)
      throws JsonFormatException {
    int[] values = json.integers(field, minimum);
    if (values.length != count) {
      throw json.error(field, "must have " + count + " numbers");
    }
    return values;
  }

  /**
   * Reads {@code input}: {@code [channels, height, width]}, or {@code [features]} where it is no
   * picture.
   *
   * @param json where
   * @return the shape of the network's input
   * @throws JsonFormatException if it is missing or anything else
   */
  public static Shape inputShape(JsonObject json) throws JsonFormatException {
    int[] extents = json.integers("input", 1);
    return switch (extents.length) {
      case 1 -> new Shape(extents[0], 1, 1);
      case 3 -> new Shape(extents[0], extents[1], extents[2]);
      default -> throw json.error("input", "must have 3 numbers, or 1 for a vector of features");
    };
  }

  /**
   * Reads {@code preprocessing}.
   *
   * @param json where
   * @return the preprocessing
   * @throws JsonFormatException if it is missing or anything else
   */
  public static Preprocessing preprocessing(JsonObject json) throws JsonFormatException {
    JsonObject object = json.object("preprocessing");
    OptionalInt resize =
        object.has("resize") ? OptionalInt.of(object.integer("resize", 1)) : OptionalInt.empty();
    Preprocessing preprocessing =
        new Preprocessing(
            resize, object.integer("pad", 0, 0), object.numbers("mean"), object.numbers("std"));
    object.finish();
    return preprocessing;
  }

  /**
   * Reads one of several words.
   *
   * @param json where
   * @param field name of the field
   * @param values what the words stand for
   * @param label the word of a value
   * @param <T> type of the values
   * @return the value whose word the field holds
   * @throws JsonFormatException if it is missing or anything else
   */
  public static <T> T oneOf(JsonObject json, String field, T[] values, Function<T, String> label)
      throws JsonFormatException {
    String written = json.string(field);
    for (T value : values) {
      if (label.apply(value).equals(written)) {
        return value;
      }
    }
    throw json.error(
        field,
        "must be one of " + Arrays.stream(values).map(label).collect(Collectors.joining(", ")));
  }
}
