// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.layer.Groups;
import org.setun.loader.method.LatentKernel;
import org.setun.loader.method.MethodException;
import org.setun.loader.method.TernaryWeights;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Deferred;
import org.setun.loader.onnx.Value.Padding;

/** Conv, Gemm and MatMul. */
final class ConvolutionRule {
  private final Translation t;

  ConvolutionRule(Translation t) {
    this.t = t;
  }

  /** Conv: ternary where it reads trits; else its weights may be ternary all the same. */
  Value convolution(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    Constant weights = t.known(node, 1, "its weight");
    int[] dims = weights.dims();
    if (dims.length != 4 || !input.isMap()) {
      throw node.error(
          "it convolves "
              + Constant.extents(input.dims())
              + " with "
              + Constant.extents(dims)
              + ", and only pictures (1xCxHxW) with kernels of four extents can be convolved");
    }
    Shape shape = input.source().shape();
    long groups = node.integer("group", 1);
    if (groups < 1
        || dims[1] * groups != shape.channels()
        || dims[0] % groups != 0
        || Constant.count(dims) == 0) {
      throw node.error(
          "weight "
              + Constant.extents(dims)
              + (groups == 1 ? "" : " in " + groups + " groups")
              + " for an input of "
              + shape);
    }
    Window window =
        WindowAttributes.of(node, shape, dims[2], dims[3]).padded(node, input.padding());
    float[] bias = bias(node, 2, 1, dims[0]);
    Shape output = window.outputShape(shape, dims[0]);
    t.spend(node, weights.count());
    Activation bare = input.withPadding(Padding.NONE);
    int[] outputDims = {1, dims[0], output.height(), output.width()};
    float[] values = weights.toReals();
    if (groups == 1) {
      return new Deferred(layer(node, bare, window, values, bias, output), outputDims);
    }
    requireFinite(node, "weight", values);
    return grouped(node, bare, window, (int) groups, values, bias, output, outputDims);
  }

  /**
   * A convolution in groups: of one channel each by a layer of its own, of trits by one with zeros
   * between the groups, which cost nothing where zeros are left out; else the groups are put
   * together until they fill a block of output channels.
   */
  private Value grouped(
      Node node,
      Activation input,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      Shape output,
      int[] dims)
      throws NodeException {
    int channels = input.source().shape().channels();
    if (channels == groups) {
      return new Deferred(depthwise(node, input, window, weights, bias, output), dims);
    }
    int perGroup = output.channels() / groups;
    boolean trits = !isFullPrecision(input) && input.source().steps(input.place()).isPresent();
    int together = trits ? groups : Groups.together(groups, perGroup);
    if (together == groups) {
      t.spend(node, (long) weights.length * groups);
      float[] whole = Groups.blockDiagonal(weights, output.channels(), groups);
      return new Deferred(layer(node, input, window, whole, bias, output), dims);
    }
    Source source = t.layer(node, input);
    List<String> parts = new ArrayList<>();
    for (int first = 0; first < groups; first += together) {
      int count = Math.min(together, groups - first);
      int perOutput = weights.length / output.channels();
      int from = first * perGroup;
      int to = from + count * perGroup;
      t.spend(node, (long) (to - from) * perOutput * count);
      float[] part = Arrays.copyOfRange(weights, from * perOutput, to * perOutput);
      int inputs = channels / groups;
      Source slice = selected(node, source, first * inputs, count * inputs);
      DeferredLayer layer =
          layer(
              node,
              Activation.of(slice),
              window,
              Groups.blockDiagonal(part, to - from, count),
              bias == null ? null : Arrays.copyOfRange(bias, from, to),
              new Shape(to - from, output.height(), output.width()));
      parts.add(t.layers().add(layer).name());
    }
    Layer joined = new Layer.Concat(t.layers().name(node), parts);
    return Activation.of(t.layers().add(joined, output));
  }

  private Source selected(Node node, Source source, int from, int count) {
    int[] channels = new int[count];
    Arrays.setAll(channels, c -> from + c);
    Shape shape = new Shape(count, source.shape().height(), source.shape().width());
    Layer layer =
        new Layer.ChannelSelection(
            t.layers().name(node.name() + ".input"), source.name(), channels);
    return t.layers().add(layer, shape);
  }

  private DeferredLayer depthwise(
      Node node, Activation input, Window window, float[] weights, float[] bias, Shape output)
      throws NodeException {
    Source source = t.layer(node, input);
    int channels = source.shape().channels();
    if (output.channels() != channels) {
      // With several outputs a channel, each channel is listed as many times.
      int times = output.channels() / channels;
      int[] repeated = new int[output.channels()];
      Arrays.setAll(repeated, o -> o / times);
      Shape shape = new Shape(output.channels(), source.shape().height(), source.shape().width());
      String name = t.layers().name(node.name() + ".input");
      source = t.layers().add(new Layer.ChannelSelection(name, source.name(), repeated), shape);
    }
    double[] kernel = new double[weights.length];
    Arrays.setAll(kernel, i -> weights[i]);
    double[] sums = new double[output.channels()];
    Arrays.setAll(sums, c -> bias == null ? 0 : bias[c]);
    return new DeferredLayer.Depthwise(node, source.name(), window, kernel, sums, output);
  }

  /** Gemm: a fully connected layer; where it reads trits, a convolution as large as its input. */
  Value gemm(Node node) throws NodeException, CheckpointException {
    if (node.flag("transA")) {
      throw node.error("transA is set: it transposes the batch");
    }
    boolean transposed = node.flag("transB");
    return linear(node, transposed, node.real("alpha", 1), node.real("beta", 1));
  }

  /** MatMul with a constant matrix. */
  Value matMul(Node node) throws NodeException, CheckpointException {
    return linear(node, false, 1, 0);
  }

  private Value linear(Node node, boolean transposed, float alpha, float beta)
      throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    Constant matrix = t.known(node, 1, "its matrix");
    int features = input.source().shape().size();
    if (input.dims().length != 2 || matrix.dims().length != 2) {
      throw node.error(
          "it multiplies "
              + Constant.extents(input.dims())
              + " by "
              + Constant.extents(matrix.dims())
              + ", and only vectors (1xF) by matrices of two extents can be multiplied");
    }
    int outputs = matrix.dims()[transposed ? 0 : 1];
    if (matrix.dims()[transposed ? 1 : 0] != features || outputs == 0) {
      throw node.error(
          "matrix " + Constant.extents(matrix.dims()) + " for a vector of " + features);
    }
    t.spend(node, matrix.count());
    float[] weights = new float[matrix.count()];
    int[] places = input.layout().places(input.source().shape());
    for (int o = 0; o < outputs; o++) {
      for (int f = 0; f < features; f++) {
        int place = transposed ? o * features + f : f * outputs + o;
        weights[o * features + places[f]] = alpha * matrix.real(place);
      }
    }
    float[] bias = beta == 0 ? null : bias(node, 2, beta, outputs);
    Window window = null;
    Shape shape = input.source().shape();
    if (!isFullPrecision(input)) {
      window = new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0, 1, 1);
    }
    return new Deferred(
        layer(node, input, window, weights, bias, new Shape(outputs, 1, 1)),
        new int[] {1, outputs});
  }

  private static boolean isFullPrecision(Activation input) {
    return input.place() == Source.SELF || input.source().affine(input.place()).isPresent();
  }

  private DeferredLayer layer(
      Node node, Activation input, Window window, float[] weights, float[] bias, Shape output)
      throws NodeException {
    requireFinite(node, "weight", weights);
    Source source = input.source();
    int channels = source.shape().channels();
    if (isFullPrecision(input)) {
      return fullPrecision(node, input, window, weights, bias, output);
    }
    Optional<StepFunction> steps = source.steps(input.place());
    if (steps.isEmpty()) {
      return fullPrecision(node, input, window, weights, bias, output);
    }
    t.spend(node, 2L * channels);
    TernaryWeights ternary;
    try {
      ternary = WeightLevels.ofTrits(kernel(window, channels, weights, output));
    } catch (MethodException _) {
      // Weights of more levels read the trits as values.
      return fullPrecision(node, input, window, weights, bias, output);
    }
    Thresholds thresholds = steps.get().thresholds(channels);
    TwoScales scales = TwoScales.of(ternary, bias).withInputLevel(steps.get().level());
    return ternary.hasOneScale()
        ? new DeferredLayer.Ternary(
            node,
            source.name(),
            window,
            thresholds,
            ternary.kernel(),
            new Affine(scales.plus(), scales.shift()),
            output)
        : new DeferredLayer.Asymmetric(
            node, source.name(), window, thresholds, ternary.kernel(), scales, output);
  }

  private DeferredLayer fullPrecision(
      Node node, Activation input, Window window, float[] weights, float[] bias, Shape output)
      throws NodeException {
    String name = t.layer(node, input).name();
    boolean linear = !node.op().equals("Conv");
    if (linear) {
      return new DeferredLayer.Dense(node, name, null, weights, bias, output);
    }
    int channels = input.source().shape().channels();
    Optional<TernaryWeights> ternary =
        WeightLevels.ofFullPrecision(kernel(window, channels, weights, output));
    if (ternary.isPresent()) {
      TwoScales scales = TwoScales.of(ternary.get(), bias);
      return new DeferredLayer.TernaryWeight(
          node, name, window, ternary.get().kernel(), scales, output);
    }
    return new DeferredLayer.Dense(node, name, window, weights, bias, output);
  }

  private static LatentKernel kernel(Window window, int channels, float[] weights, Shape output) {
    return new LatentKernel(
        "its weight",
        output.channels(),
        channels,
        window.kernelHeight(),
        window.kernelWidth(),
        weights);
  }

  /** A vector with one value per output, or one for all; null where there is none. */
  private float[] bias(Node node, int input, float factor, int outputs)
      throws NodeException, CheckpointException {
    Optional<Constant> given = t.optional(node, input, "its bias");
    if (given.isEmpty()) {
      return null;
    }
    Constant bias = given.get();
    int[] dims = bias.dims();
    boolean fits = bias.count() == 1 || dims[dims.length - 1] == outputs && bias.count() == outputs;
    if (!fits) {
      throw node.error("bias " + Constant.extents(dims) + " for " + outputs + " outputs");
    }
    t.spend(node, outputs);
    float[] values = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      values[o] = factor * bias.real(bias.count() == 1 ? 0 : o);
    }
    requireFinite(node, "bias", values);
    return values;
  }

  private static void requireFinite(Node node, String what, float[] values) throws NodeException {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw node.error(what + " " + values[i] + " at index " + i);
      }
    }
  }
}
