// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Known;

/**
 * Local response normalization as PyTorch exports it: the squares, with an axis before the
 * channels, are averaged by a pooling in three dimensions, and the value is divided by a power of
 * that.
 */
final class ResponseRule {
  private final Translation t;

  ResponseRule(Translation t) {
    this.t = t;
  }

  /** Whether a node reads such a mean, or begins one of a picture with an axis more. */
  boolean covers(Node node) throws NodeException, CheckpointException {
    for (int i = 0; i < node.inputs().size(); i++) {
      if (t.hasInput(node, i) && t.value(node, i) instanceof NeighbourMean) {
        return !List.of("Dropout", "Identity", "Shape", "Size").contains(node.op());
      }
    }
    return List.of("AveragePool", "Pad").contains(node.op())
        && t.value(node, 0) instanceof Activation activation
        && activation.layout().isChannelsFirst()
        && activation.padding().isNone()
        && Arrays.equals(activation.dims(), withAxis(activation));
  }

  Value apply(Node node) throws NodeException, CheckpointException {
    return switch (node.op()) {
      case "Pad" -> pad(node, t.value(node, 0));
      case "AveragePool" -> averagePool(node, t.value(node, 0));
      case "Flatten", "Reshape", "Squeeze", "Unsqueeze" -> reshape(node);
      default -> elementwise(node);
    };
  }

  private NeighbourMean reshape(Node node) throws NodeException, CheckpointException {
    if (!(t.value(node, 0) instanceof NeighbourMean mean)) {
      throw node.error("its shape is no constant");
    }
    int[] dims = Reshaping.of(t, node, mean.dims());
    if (!mean.isPooled() || Constant.count(dims) != Constant.count(mean.dims())) {
      throw node.error(misused(mean));
    }
    return mean.withDims(dims);
  }

  /** Pad along the channels with zeros. */
  private NeighbourMean pad(Node node, Value value) throws NodeException, CheckpointException {
    NeighbourMean mean = open(node, value);
    Pads pads = Pads.of(t, node, mean.dims().length);
    if (pads.filler() != 0) {
      throw node.error("it pads channels with " + pads.filler() + ", not 0");
    }
    return padded(node, mean, pads.listed());
  }

  /** AveragePool of windows of channels. */
  private NeighbourMean averagePool(Node node, Value value) throws NodeException {
    NeighbourMean mean = open(node, value);
    long[] pads = node.integers("pads").orElse(new long[6]);
    if (pads.length != 6) {
      throw node.error(pads.length + " pads for 3 axes");
    }
    boolean padded = Arrays.stream(pads).anyMatch(pad -> pad != 0);
    mean = padded(node, mean, pads);
    long size = mean.before() + mean.after() + 1L;
    boolean window =
        Arrays.equals(node.integers("kernel_shape").orElse(null), new long[] {size, 1, 1})
            && Arrays.stream(node.integers("strides").orElse(new long[0])).allMatch(s -> s == 1)
            && Arrays.stream(node.integers("dilations").orElse(new long[0])).allMatch(d -> d == 1)
            && node.text("auto_pad", "NOTSET").equals("NOTSET")
            && (!padded || node.flag("count_include_pad"));
    // Of an even window, ONNX has the odd channel after the centre, PyTorch before it.
    if (!window || mean.before() != mean.after()) {
      throw node.error(
          "it averages "
              + Constant.extents(mean.dims())
              + ", which only a local response normalization may do: over an odd number of"
              + " channels, with as many zeros before as behind");
    }
    return mean.pooled();
  }

  /** An operator on the mean and a constant, or the division that makes a layer of all. */
  private Value elementwise(Node node) throws NodeException, CheckpointException {
    int at = 0;
    while (!(t.hasInput(node, at) && t.value(node, at) instanceof NeighbourMean)) {
      at++;
    }
    NeighbourMean mean = (NeighbourMean) t.value(node, at);
    if (node.op().equals("Sqrt") && mean.isPooled()) {
      return mean.power(0.5f);
    }
    if (node.inputs().size() != 2 || !mean.isPooled()) {
      throw node.error(misused(mean));
    }
    Value other = t.value(node, 1 - at);
    if (other instanceof Known(Constant constant) && constant.count() == 1) {
      float number = constant.real(0);
      Optional<NeighbourMean> next =
          switch (node.op()) {
            case "Mul" -> mean.times(number);
            case "Add" -> mean.plus(number);
            case "Div" -> at == 0 ? mean.times(1 / number) : Optional.empty();
            case "Pow" -> at == 0 ? Optional.of(mean.power(number)) : Optional.empty();
            default -> Optional.empty();
          };
      return next.orElseThrow(() -> node.error(misused(mean)));
    }
    boolean divides = node.op().equals("Div") && at == 1;
    if (other instanceof Activation value
        && (divides || node.op().equals("Mul"))
        && mean.isOf(value)) {
      return layer(node, value, mean, divides ? mean.exponent() : -mean.exponent());
    }
    throw node.error(misused(mean));
  }

  /** The problem if anything else reads such a mean. */
  static String misused(NeighbourMean mean) {
    return "it reads a mean of squares of neighbouring channels ("
        + Constant.extents(mean.dims())
        + "), of which only a local response normalization, x / (bias + alpha * mean)^beta, can be"
        + " made";
  }

  private Value layer(Node node, Activation value, NeighbourMean mean, float beta)
      throws NodeException {
    Source source = t.layer(node, value);
    Layer layer =
        new Layer.LocalResponseNormalization(
            t.layers().name(node),
            source.name(),
            mean.before() + mean.after() + 1,
            mean.factor(),
            beta,
            mean.bias());
    return value.of(t.layers().add(layer, source.shape()), value.dims());
  }

  private static int[] withAxis(Activation activation) {
    Shape shape = activation.source().shape();
    return new int[] {1, 1, shape.channels(), shape.height(), shape.width()};
  }

  /** The squares whose mean is to be taken. */
  private NeighbourMean open(Node node, Value value) throws NodeException {
    if (value instanceof NeighbourMean mean) {
      if (mean.isPooled()) {
        throw node.error(misused(mean));
      }
      return mean;
    }
    Activation squares = (Activation) value;
    int root = squares.source().rootOfSquare(squares.place());
    if (root < 0) {
      throw node.error(
          "it reads "
              + Constant.extents(squares.dims())
              + ", which are no squares; pictures have two dimensions");
    }
    return NeighbourMean.of(squares.withPlace(root), squares.dims());
  }

  /** Zeros before and after the channels, if nothing else is padded. */
  private static NeighbourMean padded(Node node, NeighbourMean mean, long[] pads)
      throws NodeException {
    int axes = pads.length / 2;
    int channels = axes - 3; // the third of five axes, the first of a pooling's three
    for (int i = 0; i < pads.length; i++) {
      if (pads[i] != 0 && i % axes != channels || pads[i] < 0 || pads[i] > mean.dims()[2]) {
        throw node.error("it pads more than channels: " + Arrays.toString(pads));
      }
    }
    return mean.withPadding((int) pads[channels], (int) pads[axes + channels]);
  }
}
