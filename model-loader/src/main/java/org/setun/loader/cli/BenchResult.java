package org.setun.loader.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/**
 * What {@code setun bench} measured.
 *
 * @param medianMillis half of the runs took no longer
 * @param p95Millis 95 % of the runs took no longer
 * @param threads threads of the session
 * @param batch images a run
 * @param implementation the kernels
 * @param layers the passes of a run in order
 */
record BenchResult(
    double medianMillis,
    double p95Millis,
    int threads,
    int batch,
    String implementation,
    List<LayerTime> layers) {

  /**
   * One pass over one image.
   *
   * @param name the layers that share it, or what it prepares
   * @param kernel the kernel it runs on
   * @param micros its median time
   * @param gmacsPerSecond multiply-adds; 0 if it is not a matrix product
   * @param shareOfBound multiply-adds in parts of what the kernel could reach at most, or NaN
   */
  record LayerTime(
      String name, String kernel, double micros, double gmacsPerSecond, double shareOfBound) {}

  double imagesPerSecond() {
    return batch / medianMillis * 1e3;
  }

  /** The result as one JSON object. */
  String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("median_ms", medianMillis);
      json.writeNumberField("p95_ms", p95Millis);
      json.writeNumberField("images_per_second", imagesPerSecond());
      json.writeNumberField("threads", threads);
      json.writeNumberField("batch", batch);
      json.writeStringField("implementation", implementation);
      json.writeArrayFieldStart("layers");
      for (LayerTime layer : layers) {
        json.writeStartObject();
        json.writeStringField("name", layer.name());
        json.writeNumberField("us", layer.micros());
        json.writeNumberField("gmacs_per_second", layer.gmacsPerSecond());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }
}
