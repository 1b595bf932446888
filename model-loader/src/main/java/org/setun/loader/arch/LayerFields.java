package org.setun.loader.arch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.json.SharedFields;
import org.setun.loader.method.Method;

/** The fields of one element of {@code layers}, read into the plain layers it stands for. */
final class LayerFields {
  /** PyTorch's default ε of BatchNorm. */
  private static final double EPSILON = 1e-5;

  private final JsonObject json;
  private final String name;
  private final String previous;
  private final Map<String, String> outputs;

  /**
   * Prepares the reading.
   *
   * @param json the element
   * @param name its name, read already
   * @param previous name of the value read where the element names no input
   * @param outputs what may be read, by the name it is read under: the input, earlier elements and
   *     the layers that a block stands for
   */
  LayerFields(JsonObject json, String name, String previous, Map<String, String> outputs) {
    this.json = json;
    this.name = name;
    this.previous = previous;
    this.outputs = outputs;
  }

  /**
   * Reads the element.
   *
   * @param shapes shapes of the values of earlier layers
   * @return the layers, at least one; the last one's value is the element's
   */
  List<LayerSpec> read(Map<String, Shape> shapes) throws JsonFormatException {
    String type = json.string("type");
    return switch (type) {
      case "sttn_block" -> sttnBlock(shapes);
      case "convolution" ->
          List.of(
              new LayerSpec.Convolution(
                  name, input(), key(), outputChannels(), convolutionWindow(), bias()));
      case "ternary_convolution" -> List.of(ternaryConvolution());
      case "batch_norm" ->
          List.of(
              new LayerSpec.BatchNorm(name, input(), key(), epsilon(), json.bool("affine", true)));
      case "prelu" -> List.of(new LayerSpec.PRelu(name, input(), key()));
      case "relu" -> List.of(new LayerSpec.Relu(name, input()));
      case "max_pool" -> List.of(new LayerSpec.MaxPool(name, input(), poolWindow()));
      case "average_pool" -> List.of(new LayerSpec.AveragePool(name, input(), poolWindow()));
      case "channel_pad" -> List.of(new LayerSpec.ChannelPad(name, input(), outputChannels()));
      case "linear" ->
          List.of(new LayerSpec.Linear(name, input(), key(), json.integer("outputs", 1), bias()));
      case "add" -> {
        List<String> inputs = inputs();
        if (inputs.size() != 2) {
          throw json.error("inputs", "must name two values");
        }
        yield List.of(new LayerSpec.Add(name, inputs.get(0), inputs.get(1)));
      }
      case "concat" -> {
        List<String> inputs = inputs();
        if (inputs.isEmpty()) {
          throw json.error("inputs", "must name at least one value");
        }
        yield List.of(new LayerSpec.Concat(name, inputs));
      }
      default -> throw json.error("type", "'" + type + "' is not a type of layer");
    };
  }

  private LayerSpec ternaryConvolution() throws JsonFormatException {
    Activations activations = oneOf("activations", Activations.values(), Activations::label);
    if (activations == Activations.FLOAT && json.has("input_norm")) {
      throw json.error(
          "input_norm", "folds into the rule that makes trits: make it a layer of type batch_norm");
    }
    return new LayerSpec.TernaryConvolution(
        name,
        input(),
        key(),
        outputChannels(),
        convolutionWindow(),
        bias(),
        json.optionalString("input_norm"),
        json.optionalString("output_norm"),
        epsilon(),
        activations,
        oneOf("method", Method.values(), Method::label));
  }

  /**
   * STTN's residual block: two half-blocks of 3×3 ternary convolution with BatchNorm on both sides,
   * a shortcut without parameters, and PReLU.
   */
  private List<LayerSpec> sttnBlock(Map<String, Shape> shapes) throws JsonFormatException {
    String input = input();
    String key = key();
    int channels = outputChannels();
    int stride = json.integer("stride", 1, 1);
    double epsilon = epsilon();
    Shape in = shapes.get(input);
    List<LayerSpec> layers = new ArrayList<>();
    for (int half = 1; half <= 2; half++) {
      int step = half == 1 ? stride : 1;
      String convolution = name + ".conv" + half;
      layers.add(
          new LayerSpec.TernaryConvolution(
              convolution,
              input,
              key + ".conv" + half,
              channels,
              Window.square(3, step, 1),
              true,
              Optional.of(key + ".bn" + half),
              Optional.of(key + ".bn_add" + half),
              epsilon,
              Activations.TERNARY,
              Method.STTN));
      String shortcut = input;
      if (step > 1) {
        String pool = name + ".pool" + half;
        layers.add(new LayerSpec.MaxPool(pool, shortcut, Window.square(step, step, 0)));
        shortcut = pool;
      }
      if (half == 1 && channels != in.channels()) {
        String pad = name + ".pad" + half;
        layers.add(new LayerSpec.ChannelPad(pad, shortcut, channels));
        shortcut = pad;
      }
      layers.add(new LayerSpec.Add(name + ".add" + half, convolution, shortcut));
      input = name + ".prelu" + half;
      layers.add(new LayerSpec.PRelu(input, name + ".add" + half, key + ".prelu" + half));
    }
    return layers;
  }

  private String input() throws JsonFormatException {
    return json.has("input") ? value("input", json.string("input")) : previous;
  }

  private List<String> inputs() throws JsonFormatException {
    List<String> values = new ArrayList<>();
    for (String written : json.strings("inputs")) {
      values.add(value("inputs", written));
    }
    return values;
  }

  private String value(String field, String written) throws JsonFormatException {
    String output = outputs.get(written);
    if (output == null) {
      throw json.error(field, "names '" + written + "', which no earlier layer produces");
    }
    return output;
  }

  private String key() throws JsonFormatException {
    return json.string("key", name);
  }

  private int outputChannels() throws JsonFormatException {
    return json.integer("output_channels", 1);
  }

  private boolean bias() throws JsonFormatException {
    return json.bool("bias", true);
  }

  private double epsilon() throws JsonFormatException {
    return json.positive("epsilon", EPSILON);
  }

  /** One of several words, the first by default. */
  private <T> T oneOf(String field, T[] values, Function<T, String> label)
      throws JsonFormatException {
    return json.has(field) ? SharedFields.oneOf(json, field, values, label) : values[0];
  }

  private Window convolutionWindow() throws JsonFormatException {
    return window(new int[] {1, 1}, pair("dilation", 1, new int[] {1, 1}));
  }

  /** Pools step by their own size unless told otherwise, as PyTorch's do. */
  private Window poolWindow() throws JsonFormatException {
    return window(pair("kernel", 1, null), new int[] {1, 1});
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
