// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * Equality, hash and text of records with arrays. What the compiler makes of such a record compares
 * arrays by identity; these compare them value by value, as {@link Arrays#equals} does.
 */
final class RecordValues {
  private RecordValues() {}

  static boolean equal(Record record, Object other) {
    return record == other
        || (other != null
            && other.getClass() == record.getClass()
            && Arrays.deepEquals(values(record), values((Record) other)));
  }

  static int hash(Record record) {
    return Arrays.deepHashCode(values(record));
  }

  /** As the compiler would have it, but of an array its type and length. */
  static String text(Record record) {
    Class<? extends Record> type = record.getClass();
    StringJoiner text = new StringJoiner(", ", type.getSimpleName() + "[", "]");
    for (RecordComponent component : type.getRecordComponents()) {
      Object value = value(record, component);
      boolean isArray = component.getType().isArray() && value != null;
      text.add(
          component.getName()
              + "="
              + (isArray
                  ? component.getType().componentType() + "[" + Array.getLength(value) + "]"
                  : value));
    }
    return text.toString();
  }

  private static Object[] values(Record record) {
    return Arrays.stream(record.getClass().getRecordComponents())
        .map(component -> value(record, component))
        .toArray();
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError("an accessor of a public record", e);
    }
  }
}
