// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.Serializable;
import java.util.Objects;

/**
 * How to classify a data set. Start from {@link #DEFAULT} and change what differs.
 *
 * @param format what the image column holds
 * @param top classes to name per image, the likeliest first; at least 1
 * @param outputColumn name of the column that is added
 * @since 0.1
 */
public record ClassifyOptions(RecordFormat format, int top, String outputColumn)
    implements Serializable {
  /** Encoded images, the best class alone, a column {@code prediction}. */
  public static final ClassifyOptions DEFAULT =
      new ClassifyOptions(new RecordFormat.Encoded(), 1, "prediction");

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if {@code top} is below 1
   */
  public ClassifyOptions {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(outputColumn, "outputColumn");
    if (top < 1) {
      throw new IllegalArgumentException("the best " + top + " classes");
    }
  }

  /**
   * For another kind of records.
   *
   * @param other what the image column holds
   * @return the changed options
   */
  public ClassifyOptions withFormat(RecordFormat other) {
    return new ClassifyOptions(other, top, outputColumn);
  }

  /**
   * For another number of classes.
   *
   * @param other classes to name per image, at least 1
   * @return the changed options
   */
  public ClassifyOptions withTop(int other) {
    return new ClassifyOptions(format, other, outputColumn);
  }

  /**
   * For another name of the added column.
   *
   * @param other the name
   * @return the changed options
   */
  public ClassifyOptions withOutputColumn(String other) {
    return new ClassifyOptions(format, top, other);
  }
}
