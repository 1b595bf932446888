// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.setun.kernels.ActivationFunction;
import org.setun.kernels.Layer;
import org.setun.kernels.Window;
import org.setun.loader.json.SharedFields;

/**
 * How one kind of layer stands in a description: its type, and its fields, written and read.
 *
 * @param type the type's name
 * @param kind the layer's class
 * @param writer writes the fields
 * @param reader reads them
 * @param <L> the layer
 */
record LayerCodec<L extends Layer>(
    String type, Class<L> kind, Writer<? super L> writer, Reader<L> reader) {
  /** The kinds there are; a test wants one for each permitted class of {@link Layer}. */
  private static final List<LayerCodec<?>> ALL =
      List.of(
          new LayerCodec<>(
              "convolution",
              Layer.Convolution.class,
              (l, out) -> {
                out.window(l.window());
                out.number("output_channels", l.outputChannels());
                int rows = l.window().kernelHeight();
                int columns = l.window().kernelWidth();
                long inputs = l.weights().length / ((long) l.outputChannels() * rows * columns);
                out.floats("weights", l.weights(), l.outputChannels(), inputs, rows, columns);
                out.floats("bias", l.bias());
              },
              in ->
                  new Layer.Convolution(
                      in.name(),
                      in.input(),
                      in.window(),
                      in.json().integer("output_channels", 1),
                      in.floats("weights"),
                      in.floats("bias"))),
          new LayerCodec<>(
              "ternary_convolution",
              Layer.TernaryConvolution.class,
              (l, out) -> {
                out.tritConvolution(l);
                out.floats("scale", l.scale());
                out.floats("shift", l.shift());
              },
              in -> {
                Window window = in.window();
                return new Layer.TernaryConvolution(
                    in.name(),
                    in.input(),
                    window,
                    in.thresholds(),
                    in.trits(window),
                    in.floats("scale"),
                    in.floats("shift"));
              }),
          new LayerCodec<>(
              "asymmetric_ternary_convolution",
              Layer.AsymmetricTernaryConvolution.class,
              (l, out) -> {
                out.tritConvolution(l);
                out.floats("plus_scale", l.plusScale());
                out.floats("minus_scale", l.minusScale());
                out.floats("shift", l.shift());
              },
              in -> {
                Window window = in.window();
                return new Layer.AsymmetricTernaryConvolution(
                    in.name(),
                    in.input(),
                    window,
                    in.thresholds(),
                    in.trits(window),
                    in.floats("plus_scale"),
                    in.floats("minus_scale"),
                    in.floats("shift"));
              }),
          new LayerCodec<>(
              "ternary_weight_convolution",
              Layer.TernaryWeightConvolution.class,
              (l, out) -> {
                out.window(l.window());
                out.channels(l.kernel());
                out.trits(l.kernel());
                out.floats("plus_scale", l.plusScale());
                out.floats("minus_scale", l.minusScale());
                out.floats("bias", l.bias());
              },
              in -> {
                Window window = in.window();
                return new Layer.TernaryWeightConvolution(
                    in.name(),
                    in.input(),
                    window,
                    in.trits(window),
                    in.floats("plus_scale"),
                    in.floats("minus_scale"),
                    in.floats("bias"));
              }),
          new LayerCodec<>(
              "depthwise_convolution",
              Layer.DepthwiseConvolution.class,
              (l, out) -> {
                out.window(l.window());
                int rows = l.window().kernelHeight();
                int columns = l.window().kernelWidth();
                out.floats("weights", l.weights(), l.bias().length, rows, columns);
                out.floats("bias", l.bias());
              },
              in ->
                  new Layer.DepthwiseConvolution(
                      in.name(), in.input(), in.window(), in.floats("weights"), in.floats("bias"))),
          new LayerCodec<>(
              "linear",
              Layer.Linear.class,
              (l, out) -> {
                out.number("outputs", l.outputs());
                out.floats("weights", l.weights(), l.outputs(), l.weights().length / l.outputs());
                out.floats("bias", l.bias());
              },
              in ->
                  new Layer.Linear(
                      in.name(),
                      in.input(),
                      in.json().integer("outputs", 1),
                      in.floats("weights"),
                      in.floats("bias"))),
          new LayerCodec<>(
              "affine",
              Layer.Affine.class,
              (l, out) -> {
                out.floats("scale", l.scale());
                out.floats("shift", l.shift());
              },
              in ->
                  new Layer.Affine(in.name(), in.input(), in.floats("scale"), in.floats("shift"))),
          new LayerCodec<>(
              "prelu",
              Layer.PRelu.class,
              (l, out) -> out.floats("slope", l.slope()),
              in -> new Layer.PRelu(in.name(), in.input(), in.floats("slope"))),
          new LayerCodec<>(
              "activation",
              Layer.Activation.class,
              (l, out) -> {
                out.text("function", l.function().label());
                out.floats("parameters", l.parameters());
              },
              in ->
                  new Layer.Activation(
                      in.name(),
                      in.input(),
                      SharedFields.oneOf(
                          in.json(),
                          "function",
                          ActivationFunction.values(),
                          ActivationFunction::label),
                      in.floats("parameters"))),
          new LayerCodec<>(
              "max_pool",
              Layer.MaxPool.class,
              (l, out) -> out.window(l.window()),
              in -> new Layer.MaxPool(in.name(), in.input(), in.window())),
          new LayerCodec<>(
              "average_pool",
              Layer.AveragePool.class,
              (l, out) -> {
                out.window(l.window());
                // Left out where it is the default, so that older readers take the file.
                if (!l.countPadding()) {
                  out.bool("count_padding", false);
                }
              },
              in ->
                  new Layer.AveragePool(
                      in.name(), in.input(), in.window(), in.json().bool("count_padding", true))),
          new LayerCodec<>(
              "add",
              Layer.Add.class,
              Writer.NOTHING,
              in -> new Layer.Add(in.name(), in.inputs(2).getFirst(), in.inputs().getLast())),
          new LayerCodec<>(
              "multiply",
              Layer.Multiply.class,
              Writer.NOTHING,
              in -> new Layer.Multiply(in.name(), in.inputs(2).getFirst(), in.inputs().getLast())),
          new LayerCodec<>(
              "concat",
              Layer.Concat.class,
              Writer.NOTHING,
              in -> {
                if (in.inputs().isEmpty()) {
                  throw in.json().error("inputs", "must name at least one value");
                }
                return new Layer.Concat(in.name(), in.inputs());
              }),
          new LayerCodec<>(
              "channel_pad",
              Layer.ChannelPad.class,
              (l, out) -> out.number("output_channels", l.channels()),
              in ->
                  new Layer.ChannelPad(
                      in.name(), in.input(), in.json().integer("output_channels", 1))),
          new LayerCodec<>(
              "channel_selection",
              Layer.ChannelSelection.class,
              (l, out) -> out.integers("channels", l.channels()),
              in ->
                  new Layer.ChannelSelection(
                      in.name(), in.input(), in.json().integers("channels", 0))),
          new LayerCodec<>(
              "flatten",
              Layer.Flatten.class,
              Writer.NOTHING,
              in -> new Layer.Flatten(in.name(), in.input())),
          new LayerCodec<>(
              "softmax",
              Layer.Softmax.class,
              (l, out) -> out.bool("logarithm", l.logarithm()),
              in -> new Layer.Softmax(in.name(), in.input(), in.json().bool("logarithm", false))),
          new LayerCodec<>(
              "local_response_normalization",
              Layer.LocalResponseNormalization.class,
              (l, out) -> {
                out.number("size", l.size());
                out.floats("parameters", new float[] {l.alpha(), l.beta(), l.bias()});
              },
              in -> {
                float[] parameters = in.floats("parameters");
                if (parameters.length != 3) {
                  throw in.json().error("parameters", "must have alpha, beta and bias");
                }
                return new Layer.LocalResponseNormalization(
                    in.name(),
                    in.input(),
                    in.json().integer("size", 1),
                    parameters[0],
                    parameters[1],
                    parameters[2]);
              }));

  private static final Map<String, LayerCodec<?>> BY_TYPE =
      ALL.stream().collect(Collectors.toMap(LayerCodec::type, Function.identity()));

  private static final Map<Class<?>, LayerCodec<?>> BY_KIND =
      ALL.stream().collect(Collectors.toMap(LayerCodec::kind, Function.identity()));

  /** Writes the fields of a kind. */
  @FunctionalInterface
  interface Writer<L> {
    /** Writes a kind that has no fields. */
    Writer<Layer> NOTHING = (layer, out) -> {};

    void write(L layer, LayerFieldWriter out) throws IOException;
  }

  /** Reads the fields of a kind. */
  @FunctionalInterface
  interface Reader<L> {
    L read(LayerFieldReader in) throws IOException;
  }

  /** Writes a layer's type, name, inputs and fields. */
  static void write(Layer layer, LayerFieldWriter out) throws IOException {
    BY_KIND.get(layer.getClass()).writeThis(layer, out);
  }

  private void writeThis(Layer layer, LayerFieldWriter out) throws IOException {
    out.text("type", type);
    out.text("name", layer.name());
    out.strings("inputs", layer.inputs());
    writer.write(kind.cast(layer), out);
  }

  /** Reads a layer whose name is read. */
  static Layer read(LayerFieldReader in) throws IOException {
    String type = in.json().string("type");
    LayerCodec<?> codec = BY_TYPE.get(type);
    if (codec == null) {
      throw in.json().error("type", "'" + type + "' is not a type of layer");
    }
    return codec.reader.read(in);
  }
}
