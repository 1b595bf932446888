// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;

/**
 * Writes the fields of one layer of a description, after its type, name and inputs.
 *
 * @param json the description
 * @param arrays takes the arrays that fields refer to
 * @param layer the layer
 */
record LayerFieldWriter(JsonGenerator json, ArraySink arrays, Layer layer) {
  void number(String field, long value) throws IOException {
    json.writeNumberField(field, value);
  }

  void bool(String field, boolean value) throws IOException {
    json.writeBooleanField(field, value);
  }

  void text(String field, String value) throws IOException {
    json.writeStringField(field, value);
  }

  void strings(String field, List<String> values) throws IOException {
    HeaderEncoder.writeStrings(json, field, values);
  }

  void integers(String field, int... values) throws IOException {
    HeaderEncoder.writeIntegers(json, field, values);
  }

  void window(Window window) throws IOException {
    integers("kernel", window.kernelHeight(), window.kernelWidth());
    integers("stride", window.strideHeight(), window.strideWidth());
    integers("pad", window.padTop(), window.padLeft(), window.padBottom(), window.padRight());
    integers("dilation", window.dilationHeight(), window.dilationWidth());
  }

  /** One value per channel. */
  void floats(String field, float[] values) throws IOException {
    floats(field, values, values.length);
  }

  /** Values in row-major order. */
  void floats(String field, float[] values, long... shape) throws IOException {
    arrays.floats(json, layer.name(), field, values, shape);
  }

  void channels(TernaryKernel kernel) throws IOException {
    number("output_channels", kernel.outputChannels());
    number("input_channels", kernel.inputChannels());
  }

  /** The weights; their channels and window are fields of their own. */
  void trits(TernaryKernel kernel) throws IOException {
    arrays.trits(json, layer.name(), kernel);
  }

  /** All that convolutions of trits have in common but the shift, which comes last. */
  void tritConvolution(Layer.TritConvolution convolution) throws IOException {
    window(convolution.window());
    channels(convolution.kernel());
    Thresholds thresholds = convolution.thresholds();
    floats("low", thresholds.low());
    floats("high", thresholds.high());
    arrays.flags(json, layer.name(), "negated", thresholds.negated());
    trits(convolution.kernel());
  }
}
