// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.json.SharedFields;
import org.setun.loader.method.Method;

/** The fields of one element of {@code layers}, as the kinds of layers read them. */
public final class LayerFields {
  /** PyTorch's default ε of BatchNorm. */
  private static final double EPSILON = 1e-5;

  private final JsonObject json;
  private final String name;
  private final String previous;
  private final Map<String, String> outputs;
  private final Map<String, Shape> shapes;

  /**
   * Prepares the reading.
   *
   * @param json the element
   * @param name its name, read already
   * @param previous name of the value read where the element names no input
   * @param outputs what may be read, by the name it is read under: the input, earlier elements and
   *     the layers that a block stands for
   * @param shapes shapes of the values of earlier layers
   */
  public LayerFields(
      JsonObject json,
      String name,
      String previous,
      Map<String, String> outputs,
      Map<String, Shape> shapes) {
    this.json = json;
    this.name = name;
    this.previous = previous;
    this.outputs = outputs;
    this.shapes = shapes;
  }

  JsonObject json() {
    return json;
  }

  String name() {
    return name;
  }

  /** What a ternary layer makes of its input. */
  Activations activations() throws JsonFormatException {
    return oneOf("activations", Activations.values(), Activations::label);
  }

  /** The same, where something may stand before that folds into it. */
  Activations normedActivations() throws JsonFormatException {
    Activations activations = activations();
    if (activations == Activations.FLOAT && json.has("input_norm")) {
      throw json.error(
          "input_norm", "folds into the rule that makes trits: make it a layer of type batch_norm");
    }
    if (activations == Activations.FLOAT && json.has("input_bias")) {
      throw json.error(
          "input_bias",
          "folds into the rule that makes trits: make it a layer of type channel_bias");
    }
    return activations;
  }

  Method method() throws JsonFormatException {
    return oneOf("method", Method.values(), Method::label);
  }

  int groups() throws JsonFormatException {
    return json.integer("groups", 1, 1);
  }

  String input() throws JsonFormatException {
    return json.has("input") ? value("input", json.string("input")) : previous;
  }

  List<String> inputs() throws JsonFormatException {
    List<String> values = new ArrayList<>();
    for (String written : json.strings("inputs")) {
      values.add(value("inputs", written));
    }
    return values;
  }

  /** Of a layer that reads two values: both. */
  List<String> twoInputs() throws JsonFormatException {
    List<String> inputs = inputs();
    if (inputs.size() != 2) {
      throw json.error("inputs", "must name two values");
    }
    return inputs;
  }

  private String value(String field, String written) throws JsonFormatException {
    String output = outputs.get(written);
    if (output == null) {
      throw json.error(field, "names '" + written + "', which no earlier layer produces");
    }
    return output;
  }

  String key() throws JsonFormatException {
    return json.string("key", name);
  }

  int outputChannels() throws JsonFormatException {
    return json.integer("output_channels", 1);
  }

  boolean bias() throws JsonFormatException {
    return json.bool("bias", true);
  }

  double epsilon() throws JsonFormatException {
    return json.positive("epsilon", EPSILON);
  }

  /** One of several words, the first by default. */
  private <T> T oneOf(String field, T[] values, Function<T, String> label)
      throws JsonFormatException {
    return json.has(field) ? SharedFields.oneOf(json, field, values, label) : values[0];
  }

  Window convolutionWindow() throws JsonFormatException {
    return window(new int[] {1, 1}, pair("dilation", 1, new int[] {1, 1}));
  }

  /** Pools step by their own size unless told otherwise, as PyTorch's do. */
  Window poolWindow() throws JsonFormatException {
    return window(pair("kernel", 1, null), new int[] {1, 1});
  }

  /** The window of a pooling as {@code ceil} says. */
  Window ceiled(Window window) throws JsonFormatException {
    try {
      return json.bool("ceil", false) ? CeilMode.widen(window, inputShape()) : window;
    } catch (ArithmeticException e) {
      throw json.error("ceil", "needs more padding than 32 bits count");
    }
  }

  /** A window over all pixels of the input. */
  Window wholeInput() throws JsonFormatException {
    Shape in = inputShape();
    return new Window(in.height(), in.width(), 1, 1, 0, 0, 0, 0, 1, 1);
  }

  Shape inputShape() throws JsonFormatException {
    return shapes.get(input());
  }

  private Window window(int[] defaultStride, int[] dilation) throws JsonFormatException {
    int[] kernel = pair("kernel", 1, null);
    int[] stride = pair("stride", 1, defaultStride);
    int[] pad = json.has("pad") ? json.integers("pad", 0) : new int[] {0};
    // One number for all sides, (rows, columns), or (top, left, bottom, right).
    int[] sides =
        switch (pad.length) {
          case 1 -> new int[] {pad[0], pad[0], pad[0], pad[0]};
          case 2 -> new int[] {pad[0], pad[1], pad[0], pad[1]};
          case 4 -> pad;
          default -> throw json.error("pad", "must have 1, 2 or 4 numbers");
        };
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        sides[0],
        sides[1],
        sides[2],
        sides[3],
        dilation[0],
        dilation[1]);
  }

  /** One number for both directions, or (rows, columns). */
  private int[] pair(String field, int minimum, int[] absent) throws JsonFormatException {
    if (absent != null && !json.has(field)) {
      return absent;
    }
    int[] numbers = json.integers(field, minimum);
    return switch (numbers.length) {
      case 1 -> new int[] {numbers[0], numbers[0]};
      case 2 -> Arrays.copyOf(numbers, 2);
      default -> throw json.error(field, "must have 1 or 2 numbers");
    };
  }
}
