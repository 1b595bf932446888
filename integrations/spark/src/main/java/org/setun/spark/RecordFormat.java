// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.Serializable;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * What the image column holds.
 *
 * @since 0.1
 */
public sealed interface RecordFormat extends Serializable {
  /**
   * Whether a column of this type can hold such records.
   *
   * @param type the column's type
   * @return whether it can
   */
  boolean accepts(DataType type);

  /**
   * A PNG or JPEG file, as the column {@code content} of Spark's source {@code binaryFile}. Type
   * {@code binary}.
   *
   * @since 0.1
   */
  record Encoded() implements RecordFormat {
    @Override
    public boolean accepts(DataType type) {
      return type.equals(DataTypes.BinaryType);
    }
  }

  /**
   * Pixels before preprocessing: unsigned bytes laid out (row, column, channel). Type {@code
   * binary}.
   *
   * @param height rows, at least 1
   * @param width pixels in a row, at least 1
   * @param channels 1 (grey) or 3 (red, green, blue)
   * @since 0.1
   */
  record Pixels(int height, int width, int channels) implements RecordFormat {
    /**
     * Checks the extents.
     *
     * @throws IllegalArgumentException if an extent is below 1, or the channels are not 1 or 3
     */
    public Pixels {
      if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
        throw new IllegalArgumentException(
            "images of " + height + "x" + width + "x" + channels + " (rows, columns, channels)");
      }
    }

    @Override
    public boolean accepts(DataType type) {
      return type.equals(DataTypes.BinaryType);
    }
  }

  /**
   * The network's input itself, preprocessed: fp32 laid out (channel, row, column), all of it
   * finite. Type {@code binary} (4 bytes a value, little-endian, as numpy's {@code tobytes} writes
   * them), or {@code array<float>}, which Spark hands over as one object per value and is slower
   * for it.
   *
   * @since 0.1
   */
  record Tensor() implements RecordFormat {
    @Override
    public boolean accepts(DataType type) {
      return type.equals(DataTypes.BinaryType)
          || type instanceof ArrayType array && array.elementType().equals(DataTypes.FloatType);
    }
  }
}
