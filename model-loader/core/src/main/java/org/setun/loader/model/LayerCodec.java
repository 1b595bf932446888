// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import org.setun.kernels.ActivationFunction;
import org.setun.kernels.Layer;
import org.setun.kernels.Window;
import org.setun.loader.json.SharedFields;

/**
 * How each kind of layer stands in a description: its type, and its fields, written and read. Two
 * switches: of a table of lambdas a new JVM linked all 36 before it read the first layer.
 */
final class LayerCodec {
  private LayerCodec() {}

  /** Writes a layer's type, name, inputs and fields. */
  static void write(Layer layer, LayerFieldWriter out) throws IOException {
    switch (layer) {
      case Layer.Convolution l -> {
        begin("convolution", l, out);
        out.window(l.window());
        out.number("output_channels", l.outputChannels());
        int rows = l.window().kernelHeight();
        int columns = l.window().kernelWidth();
        long inputs = l.weights().length / ((long) l.outputChannels() * rows * columns);
        out.floats("weights", l.weights(), l.outputChannels(), inputs, rows, columns);
        out.floats("bias", l.bias());
      }
      case Layer.TernaryConvolution l -> {
        begin("ternary_convolution", l, out);
        out.tritConvolution(l);
        out.floats("scale", l.scale());
        out.floats("shift", l.shift());
      }
      case Layer.AsymmetricTernaryConvolution l -> {
        begin("asymmetric_ternary_convolution", l, out);
        out.tritConvolution(l);
        out.floats("plus_scale", l.plusScale());
        out.floats("minus_scale", l.minusScale());
        out.floats("shift", l.shift());
      }
      case Layer.TernaryWeightConvolution l -> {
        begin("ternary_weight_convolution", l, out);
        out.window(l.window());
        out.channels(l.kernel());
        out.trits(l.kernel());
        out.floats("plus_scale", l.plusScale());
        out.floats("minus_scale", l.minusScale());
        out.floats("bias", l.bias());
      }
      case Layer.DepthwiseConvolution l -> {
        begin("depthwise_convolution", l, out);
        out.window(l.window());
        int rows = l.window().kernelHeight();
        int columns = l.window().kernelWidth();
        out.floats("weights", l.weights(), l.bias().length, rows, columns);
        out.floats("bias", l.bias());
      }
      case Layer.Linear l -> {
        begin("linear", l, out);
        out.number("outputs", l.outputs());
        out.floats("weights", l.weights(), l.outputs(), l.weights().length / l.outputs());
        out.floats("bias", l.bias());
      }
      case Layer.Affine l -> {
        begin("affine", l, out);
        out.floats("scale", l.scale());
        out.floats("shift", l.shift());
      }
      case Layer.PRelu l -> {
        begin("prelu", l, out);
        out.floats("slope", l.slope());
      }
      case Layer.Activation l -> {
        begin("activation", l, out);
        out.text("function", l.function().label());
        out.floats("parameters", l.parameters());
      }
      case Layer.MaxPool l -> {
        begin("max_pool", l, out);
        out.window(l.window());
      }
      case Layer.AveragePool l -> {
        begin("average_pool", l, out);
        out.window(l.window());
        // Left out where it is the default, so that older readers take the file.
        if (!l.countPadding()) {
          out.bool("count_padding", false);
        }
      }
      case Layer.Add l -> begin("add", l, out);
      case Layer.Multiply l -> begin("multiply", l, out);
      case Layer.Concat l -> begin("concat", l, out);
      case Layer.ChannelPad l -> {
        begin("channel_pad", l, out);
        out.number("output_channels", l.channels());
      }
      case Layer.ChannelSelection l -> {
        begin("channel_selection", l, out);
        out.integers("channels", l.channels());
      }
      case Layer.Flatten l -> begin("flatten", l, out);
      case Layer.Softmax l -> {
        begin("softmax", l, out);
        out.bool("logarithm", l.logarithm());
      }
      case Layer.LocalResponseNormalization l -> {
        begin("local_response_normalization", l, out);
        out.number("size", l.size());
        out.floats("parameters", new float[] {l.alpha(), l.beta(), l.bias()});
      }
    }
  }

  private static void begin(String type, Layer layer, LayerFieldWriter out) throws IOException {
    out.text("type", type);
    out.text("name", layer.name());
    out.strings("inputs", layer.inputs());
  }

  /** Reads a layer whose name is read. */
  static Layer read(LayerFieldReader in) throws IOException {
    String type = in.json().string("type");
    return switch (type) {
      case "convolution" ->
          new Layer.Convolution(
              in.name(),
              in.input(),
              in.window(),
              in.json().integer("output_channels", 1),
              in.floats("weights"),
              in.floats("bias"));
      case "ternary_convolution" -> {
        Window window = in.window();
        yield new Layer.TernaryConvolution(
            in.name(),
            in.input(),
            window,
            in.thresholds(),
            in.trits(window),
            in.floats("scale"),
            in.floats("shift"));
      }
      case "asymmetric_ternary_convolution" -> {
        Window window = in.window();
        yield new Layer.AsymmetricTernaryConvolution(
            in.name(),
            in.input(),
            window,
            in.thresholds(),
            in.trits(window),
            in.floats("plus_scale"),
            in.floats("minus_scale"),
            in.floats("shift"));
      }
      case "ternary_weight_convolution" -> {
        Window window = in.window();
        yield new Layer.TernaryWeightConvolution(
            in.name(),
            in.input(),
            window,
            in.trits(window),
            in.floats("plus_scale"),
            in.floats("minus_scale"),
            in.floats("bias"));
      }
      case "depthwise_convolution" ->
          new Layer.DepthwiseConvolution(
              in.name(), in.input(), in.window(), in.floats("weights"), in.floats("bias"));
      case "linear" ->
          new Layer.Linear(
              in.name(),
              in.input(),
              in.json().integer("outputs", 1),
              in.floats("weights"),
              in.floats("bias"));
      case "affine" ->
          new Layer.Affine(in.name(), in.input(), in.floats("scale"), in.floats("shift"));
      case "prelu" -> new Layer.PRelu(in.name(), in.input(), in.floats("slope"));
      case "activation" ->
          new Layer.Activation(
              in.name(),
              in.input(),
              SharedFields.oneOf(
                  in.json(), "function", ActivationFunction.values(), ActivationFunction::label),
              in.floats("parameters"));
      case "max_pool" -> new Layer.MaxPool(in.name(), in.input(), in.window());
      case "average_pool" ->
          new Layer.AveragePool(
              in.name(), in.input(), in.window(), in.json().bool("count_padding", true));
      case "add" -> new Layer.Add(in.name(), in.inputs(2).getFirst(), in.inputs().getLast());
      case "multiply" ->
          new Layer.Multiply(in.name(), in.inputs(2).getFirst(), in.inputs().getLast());
      case "concat" -> {
        if (in.inputs().isEmpty()) {
          throw in.json().error("inputs", "must name at least one value");
        }
        yield new Layer.Concat(in.name(), in.inputs());
      }
      case "channel_pad" ->
          new Layer.ChannelPad(in.name(), in.input(), in.json().integer("output_channels", 1));
      case "channel_selection" ->
          new Layer.ChannelSelection(in.name(), in.input(), in.json().integers("channels", 0));
      case "flatten" -> new Layer.Flatten(in.name(), in.input());
      case "softmax" ->
          new Layer.Softmax(in.name(), in.input(), in.json().bool("logarithm", false));
      case "local_response_normalization" -> {
        float[] parameters = in.floats("parameters");
        if (parameters.length != 3) {
          throw in.json().error("parameters", "must have alpha, beta and bias");
        }
        yield new Layer.LocalResponseNormalization(
            in.name(),
            in.input(),
            in.json().integer("size", 1),
            parameters[0],
            parameters[1],
            parameters[2]);
      }
      default -> throw in.json().error("type", "'" + type + "' is not a type of layer");
    };
  }
}
