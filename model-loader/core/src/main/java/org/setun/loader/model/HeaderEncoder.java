// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.image.Preprocessing;

/** Writes the description of a model: all of it but the arrays, which it only refers to. */
final class HeaderEncoder {
  /** Longest description: parsed, it takes some twenty times as much memory. Usual: 100 KB. */
  static final int MOST_BYTES = 16 << 20;

  static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;
  private final ArraySink arrays;

  private HeaderEncoder(JsonGenerator json, ArraySink arrays) {
    this.json = json;
    this.arrays = arrays;
  }

  /** The description in UTF-8; hands the arrays it refers to to {@code arrays}. */
  static byte[] encode(PackedModel model, ArraySink arrays) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      new HeaderEncoder(json, arrays).write(model);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // The checkpoint that the model was made from, to be hashed.
    }
    return bounded(bytes);
  }

  /** A description that readers accept. */
  static byte[] bounded(ByteArrayOutputStream bytes) throws IOException {
    if (bytes.size() > MOST_BYTES) {
      throw new IOException(
          "the model's description has " + bytes.size() + " bytes, at most " + MOST_BYTES);
    }
    return bytes.toByteArray();
  }

  private void write(PackedModel model) throws IOException {
    json.writeStartObject();
    json.writeStringField("architecture", model.architecture());
    json.writeStringField("method", model.method());
    write(json, model.source());
    if (model.preprocessing().isPresent()) {
      write(model.preprocessing().get());
    }
    if (!model.labels().isEmpty()) {
      writeStrings(json, "labels", model.labels());
    }
    Shape input = model.graph().inputShape();
    writeIntegers(json, "input", input.channels(), input.height(), input.width());
    json.writeArrayFieldStart("zeros");
    for (LayerZeros zeros : model.zeros()) {
      json.writeStartObject();
      json.writeStringField("layer", zeros.layer());
      json.writeNumberField("zeros", zeros.zeros());
      json.writeNumberField("weights", zeros.weights());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("layers");
    for (Layer layer : model.graph().layers()) {
      json.writeStartObject();
      LayerCodec.write(layer, new LayerFieldWriter(json, arrays, layer));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  static void write(JsonGenerator json, Source source) throws IOException {
    json.writeObjectFieldStart("source");
    json.writeStringField("file", source.file());
    json.writeNumberField("bytes", source.bytes());
    json.writeStringField("sha256", source.sha256());
    json.writeEndObject();
  }

  private void write(Preprocessing preprocessing) throws IOException {
    json.writeObjectFieldStart("preprocessing");
    if (preprocessing.resize().isPresent()) {
      json.writeNumberField("resize", preprocessing.resize().getAsInt());
    }
    json.writeNumberField("pad", preprocessing.pad());
    writeNumbers("mean", preprocessing.mean());
    writeNumbers("std", preprocessing.std());
    json.writeEndObject();
  }

  static void writeIntegers(JsonGenerator json, String field, int... values) throws IOException {
    json.writeFieldName(field);
    json.writeArray(values, 0, values.length);
  }

  private void writeNumbers(String field, List<Double> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (double value : values) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  static void writeStrings(JsonGenerator json, String field, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
