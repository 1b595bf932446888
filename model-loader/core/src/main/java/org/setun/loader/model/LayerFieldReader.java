// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import java.util.List;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.json.SharedFields;

/**
 * Reads the fields of one layer of a description.
 *
 * @param json the layer's object, whose type is read
 * @param arrays the arrays that fields refer to
 * @param name the layer's name
 * @param inputs the values that it reads
 */
record LayerFieldReader(JsonObject json, ArraySource arrays, String name, List<String> inputs) {
  static LayerFieldReader of(JsonObject json, ArraySource arrays, String name)
      throws JsonFormatException {
    return new LayerFieldReader(json, arrays, name, json.strings("inputs"));
  }

  /** The one value that the layer reads. */
  String input() throws JsonFormatException {
    return inputs(1).getFirst();
  }

  /** The values that the layer reads. */
  List<String> inputs(int count) throws JsonFormatException {
    if (inputs.size() != count) {
      throw json.error("inputs", "must name " + count);
    }
    return inputs;
  }

  Window window() throws JsonFormatException {
    int[] kernel = SharedFields.integers(json, "kernel", 2, 1);
    int[] stride = SharedFields.integers(json, "stride", 2, 1);
    int[] pad = SharedFields.integers(json, "pad", 4, 0);
    int[] dilation = SharedFields.integers(json, "dilation", 2, 1);
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        pad[0],
        pad[1],
        pad[2],
        pad[3],
        dilation[0],
        dilation[1]);
  }

  float[] floats(String field) throws IOException {
    return arrays.floats(json, field);
  }

  TernaryKernel trits(Window window) throws IOException {
    return arrays.trits(
        json,
        json.integer("output_channels", 1),
        json.integer("input_channels", 1),
        window.kernelHeight(),
        window.kernelWidth());
  }

  Thresholds thresholds() throws IOException {
    return new Thresholds(floats("low"), floats("high"), arrays.flags(json, "negated"));
  }
}
