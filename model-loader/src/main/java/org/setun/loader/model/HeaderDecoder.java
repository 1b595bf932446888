package org.setun.loader.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.ActivationFunction;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.json.SharedFields;

/**
 * Reads the description of a model and the arrays it refers to.
 *
 * @param <E> how a file is refused
 */
final class HeaderDecoder<E extends IOException> {
  private final ArraySource<E> arrays;

  private HeaderDecoder(ArraySource<E> arrays) {
    this.arrays = arrays;
  }

  /**
   * Reads a model.
   *
   * @throws JsonFormatException if the description is not one, or does not fit the arrays
   * @throws E if an array cannot be read
   * @throws IllegalArgumentException if the layers do not fit each other
   */
  static <E extends IOException> PackedModel decode(byte[] description, ArraySource<E> arrays)
      throws JsonFormatException, E {
    JsonObject root = JsonObject.parse(description);
    HeaderDecoder<E> decoder = new HeaderDecoder<>(arrays);
    JsonObject source = root.object("source");
    Optional<Preprocessing> preprocessing =
        root.has("preprocessing")
            ? Optional.of(SharedFields.preprocessing(root))
            : Optional.empty();
    List<Layer> layers = new ArrayList<>();
    for (JsonObject json : root.objects("layers", "layer")) {
      String name = json.string("name");
      JsonObject named = json.at(json.place() + " (" + name + ")");
      layers.add(decoder.layer(named, name));
      named.finish();
    }
    PackedModel model =
        new PackedModel(
            root.string("architecture"),
            root.string("method"),
            new Source(source.string("file"), source.size("bytes"), source.string("sha256")),
            preprocessing,
            root.has("labels") ? root.strings("labels") : List.of(),
            new NetworkGraph(SharedFields.inputShape(root), layers));
    List<LayerZeros> zeros = new ArrayList<>();
    for (JsonObject json : root.objects("zeros", "zeros")) {
      zeros.add(new LayerZeros(json.string("layer"), json.size("zeros"), json.size("weights")));
      json.finish();
    }
    source.finish();
    root.finish();
    if (!zeros.equals(model.zeros())) {
      throw root.error("zeros", "does not count the zeros of the layers");
    }
    return model;
  }

  private Layer layer(JsonObject json, String name) throws JsonFormatException, E {
    String type = json.string("type");
    List<String> inputs = json.strings("inputs");
    if (type.equals("concat")) {
      if (inputs.isEmpty()) {
        throw json.error("inputs", "must name at least one value");
      }
      return new Layer.Concat(name, inputs);
    }
    int wanted = type.equals("add") || type.equals("multiply") ? 2 : 1;
    if (inputs.size() != wanted) {
      throw json.error("inputs", "must name " + wanted);
    }
    String input = inputs.getFirst();
    return switch (type) {
      case "convolution" ->
          new Layer.Convolution(
              name,
              input,
              window(json),
              json.integer("output_channels", 1),
              floats(json, "weights"),
              floats(json, "bias"));
      case "ternary_convolution" -> ternaryConvolution(json, name, input);
      case "asymmetric_ternary_convolution" -> asymmetricConvolution(json, name, input);
      case "ternary_weight_convolution" -> ternaryWeightConvolution(json, name, input);
      case "affine" -> new Layer.Affine(name, input, floats(json, "scale"), floats(json, "shift"));
      case "prelu" -> new Layer.PRelu(name, input, floats(json, "slope"));
      case "max_pool" -> new Layer.MaxPool(name, input, window(json));
      case "average_pool" ->
          new Layer.AveragePool(name, input, window(json), json.bool("count_padding", true));
      case "add" -> new Layer.Add(name, input, inputs.getLast());
      case "channel_pad" -> new Layer.ChannelPad(name, input, json.integer("output_channels", 1));
      case "activation" ->
          new Layer.Activation(
              name,
              input,
              SharedFields.oneOf(
                  json, "function", ActivationFunction.values(), ActivationFunction::label),
              floats(json, "parameters"));
      case "softmax" -> new Layer.Softmax(name, input, json.bool("logarithm", false));
      case "local_response_normalization" -> responseNormalization(json, name, input);
      case "flatten" -> new Layer.Flatten(name, input);
      case "channel_selection" ->
          new Layer.ChannelSelection(name, input, json.integers("channels", 0));
      case "multiply" -> new Layer.Multiply(name, input, inputs.getLast());
      case "depthwise_convolution" ->
          new Layer.DepthwiseConvolution(
              name, input, window(json), floats(json, "weights"), floats(json, "bias"));
      case "linear" ->
          new Layer.Linear(
              name,
              input,
              json.integer("outputs", 1),
              floats(json, "weights"),
              floats(json, "bias"));
      default -> throw json.error("type", "'" + type + "' is not a type of layer");
    };
  }

  private Layer responseNormalization(JsonObject json, String name, String input)
      throws JsonFormatException, E {
    float[] parameters = floats(json, "parameters");
    if (parameters.length != 3) {
      throw json.error("parameters", "must have alpha, beta and bias");
    }
    return new Layer.LocalResponseNormalization(
        name, input, json.integer("size", 1), parameters[0], parameters[1], parameters[2]);
  }

  private Layer ternaryConvolution(JsonObject json, String name, String input)
      throws JsonFormatException, E {
    Window window = window(json);
    Thresholds thresholds = thresholds(json);
    return new Layer.TernaryConvolution(
        name,
        input,
        window,
        thresholds,
        trits(json, window),
        floats(json, "scale"),
        floats(json, "shift"));
  }

  private Layer asymmetricConvolution(JsonObject json, String name, String input)
      throws JsonFormatException, E {
    Window window = window(json);
    Thresholds thresholds = thresholds(json);
    return new Layer.AsymmetricTernaryConvolution(
        name,
        input,
        window,
        thresholds,
        trits(json, window),
        floats(json, "plus_scale"),
        floats(json, "minus_scale"),
        floats(json, "shift"));
  }

  private Layer ternaryWeightConvolution(JsonObject json, String name, String input)
      throws JsonFormatException, E {
    Window window = window(json);
    return new Layer.TernaryWeightConvolution(
        name,
        input,
        window,
        trits(json, window),
        floats(json, "plus_scale"),
        floats(json, "minus_scale"),
        floats(json, "bias"));
  }

  private Thresholds thresholds(JsonObject json) throws JsonFormatException, E {
    return new Thresholds(floats(json, "low"), floats(json, "high"), arrays.flags(json, "negated"));
  }

  private TernaryKernel trits(JsonObject json, Window window) throws JsonFormatException, E {
    return arrays.trits(
        json,
        json.integer("output_channels", 1),
        json.integer("input_channels", 1),
        window.kernelHeight(),
        window.kernelWidth());
  }

  private float[] floats(JsonObject json, String field) throws JsonFormatException, E {
    return arrays.floats(json, field);
  }

  private static Window window(JsonObject json) throws JsonFormatException {
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
}
