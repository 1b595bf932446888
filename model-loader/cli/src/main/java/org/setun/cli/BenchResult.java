// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.setun.kernels.Kernels;

/**
 * What {@code setun bench} measured.
 *
 * @param medianMillis half of the runs took no longer
 * @param p95Millis 95 % of the runs took no longer
 * @param threads threads of the session
 * @param batch images a run
 * @param implementation the kernels
 * @param machine where it ran
 * @param layers the passes of a run in order
 */
record BenchResult(
    double medianMillis,
    double p95Millis,
    int threads,
    int batch,
    String implementation,
    Machine machine,
    List<LayerTime> layers) {

  /** Runs and the sum of their layers are measured apart, and may differ by so much. */
  private static final double TOLERANCE = 0.05;

  /**
   * Where it ran.
   *
   * @param processor the processor's name, or empty if unknown
   * @param jvm name and version of the virtual machine
   * @param vectorBits width of the kernels' vectors; 0 if they use none
   */
  record Machine(String processor, String jvm, int vectorBits) {
    private static final String PROCESSOR = "processor ";

    /** This one. */
    static Machine of(Kernels kernels) {
      String processor =
          kernels
              .describe()
              .lines()
              .filter(line -> line.startsWith(PROCESSOR))
              .findFirst()
              .map(line -> line.substring(PROCESSOR.length()).strip())
              .orElse("");
      String bits = kernels.implementation().replaceAll("\\D", "");
      return new Machine(
          processor,
          System.getProperty("java.vm.name") + " " + Runtime.version(),
          bits.isEmpty() ? 0 : Integer.parseInt(bits));
    }
  }

  /**
   * One pass over one image.
   *
   * @param name the layers that share it, or what it prepares
   * @param kernel the kernel it runs on
   * @param micros its median time
   * @param gmacsPerSecond multiply-adds; 0 if it is not a matrix product
   * @param boundGmacsPerSecond what the kernel could reach at most, or NaN if unknown
   */
  record LayerTime(
      String name,
      String kernel,
      double micros,
      double gmacsPerSecond,
      double boundGmacsPerSecond) {

    /** A bound that was exceeded is none: the machine has more ports than it assumes. */
    LayerTime {
      if (!(boundGmacsPerSecond >= gmacsPerSecond && gmacsPerSecond > 0)) {
        boundGmacsPerSecond = Double.NaN;
      }
    }

    /** What was reached of the bound, at most 1; NaN if the bound is unknown. */
    double shareOfBound() {
      return gmacsPerSecond / boundGmacsPerSecond;
    }
  }

  /** The sum of the layers, for one image. */
  double layersMillis() {
    return layers.stream().mapToDouble(LayerTime::micros).sum() / 1e3;
  }

  /**
   * Whether runs and layers tell different times. Both were measured by calls of the same session,
   * so one of them was slowed down: by other programs, or by where its stack lay.
   */
  boolean layersDiffer() {
    return Math.abs(layersMillis() * batch / medianMillis - 1) > TOLERANCE;
  }

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
      json.writeObjectFieldStart("machine");
      json.writeStringField("processor", machine.processor());
      json.writeStringField("jvm", machine.jvm());
      json.writeNumberField("vector_bits", machine.vectorBits());
      json.writeEndObject();
      json.writeNumberField("layers_ms", layersMillis());
      json.writeBooleanField("layers_differ", layersDiffer());
      json.writeArrayFieldStart("layers");
      for (LayerTime layer : layers) {
        json.writeStartObject();
        json.writeStringField("name", layer.name());
        json.writeNumberField("us", layer.micros());
        json.writeNumberField("gmacs_per_second", layer.gmacsPerSecond());
        json.writeStringField("kernel", layer.kernel());
        if (Double.isNaN(layer.boundGmacsPerSecond())) {
          json.writeNullField("bound");
        } else {
          json.writeNumberField("bound", layer.boundGmacsPerSecond());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }
}
