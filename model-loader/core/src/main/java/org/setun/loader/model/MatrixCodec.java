// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.TernaryMatrix;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.matrix.ScalePer;
import org.setun.loader.matrix.ScaledMatrix;

/** Writes and reads the description of a matrix, which refers to its arrays. */
final class MatrixCodec {
  /** The field that tells a matrix from a network: its name. */
  private static final String MATRIX = "matrix";

  private MatrixCodec() {}

  /** Whether a description is that of a matrix. */
  static boolean describesMatrix(JsonObject description) {
    return description.has(MATRIX);
  }

  /** The name of the matrix that a description is of. */
  static String name(JsonObject description) throws JsonFormatException {
    return description.string(MATRIX);
  }

  /** The description in UTF-8; hands the arrays it refers to to {@code arrays}. */
  static byte[] encode(PackedMatrix packed, ArraySink arrays) throws IOException {
    ScaledMatrix matrix = packed.matrix();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = HeaderEncoder.JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField(MATRIX, packed.name());
      json.writeStringField("form", packed.form());
      HeaderEncoder.write(json, packed.source());
      json.writeNumberField("rows", matrix.rows());
      json.writeNumberField("columns", matrix.columns());
      json.writeNumberField("zeros", matrix.trits().zeroCount());
      arrays.trits(json, packed.name(), matrix.trits().kernel());
      json.writeStringField("scale_per", matrix.scalePer().label());
      float[] scales = matrix.scales();
      arrays.floats(json, packed.name(), "scale", scales, scales.length);
      json.writeEndObject();
    } catch (UncheckedIOException e) {
      throw e.getCause(); // The file that the matrix was made from, to be hashed.
    }
    return HeaderEncoder.bounded(bytes);
  }

  /**
   * Reads a matrix.
   *
   * @throws JsonFormatException if the description is not one, or does not fit the arrays
   * @throws IOException as {@code arrays} does, if an array cannot be read
   * @throws IllegalArgumentException if planes or scales do not fit the extents
   */
  static PackedMatrix decode(JsonObject root, ArraySource arrays) throws IOException {
    String name = name(root);
    String form = root.string("form");
    Source source = HeaderDecoder.source(root);
    int rows = root.integer("rows", 1);
    int columns = root.integer("columns", 1);
    TernaryKernel planes = arrays.trits(root, rows, columns, 1, 1);
    ScaledMatrix matrix =
        ScaledMatrix.of(TernaryMatrix.of(planes), scalePer(root), arrays.floats(root, "scale"));
    if (root.size("zeros") != matrix.trits().zeroCount()) {
      throw root.error("zeros", "does not count the zeros of the matrix");
    }
    root.finish();
    return new PackedMatrix(name, form, source, matrix);
  }

  private static ScalePer scalePer(JsonObject root) throws JsonFormatException {
    String label = root.string("scale_per");
    return Arrays.stream(ScalePer.values())
        .filter(per -> per.label().equals(label))
        .findAny()
        .orElseThrow(() -> root.error("scale_per", "must be tensor, row or block"));
  }
}
