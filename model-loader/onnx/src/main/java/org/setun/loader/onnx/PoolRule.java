// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Padding;

/** MaxPool, AveragePool, GlobalAveragePool, and ReduceMean over a whole picture. */
final class PoolRule {
  private final Translation t;

  PoolRule(Translation t) {
    this.t = t;
  }

  Value maxPool(Node node) throws NodeException, CheckpointException {
    Activation input = map(node);
    // Padding of a max pooling never wins; PyTorch's exporters also write it as a Pad before.
    Padding padding = input.padding();
    if (!padding.isNone() && padding.value() > -Float.MAX_VALUE) {
      throw node.error(
          "the padding before it is " + padding.value() + ", which could be a maximum");
    }
    // A function that steps up maps the largest value to the largest trit, so it may follow.
    boolean commutes =
        input.place() != Source.SELF
            && input.source().steps(input.place()).filter(StepFunction::rises).isPresent();
    Source source = commutes ? input.source() : t.layer(node, bare(input));
    WindowAttributes attributes = window(node, source.shape());
    Window window =
        new WindowAttributes(attributes.widened(padding)).withCeiling(node, source.shape());
    String name = t.layers().name(node);
    Shape shape = window.outputShape(source.shape(), source.shape().channels());
    Source pooled = t.layers().add(new Layer.MaxPool(name, source.name(), window), shape);
    if (commutes) {
      pooled.adopt(source);
      return Activation.of(pooled).withPlace(input.place());
    }
    return Activation.of(pooled);
  }

  Value averagePool(Node node) throws NodeException, CheckpointException {
    Activation input = map(node);
    Source source = t.layer(node, bare(input));
    WindowAttributes attributes = window(node, source.shape());
    Window own = attributes.window();
    boolean padded =
        own.padTop() != 0 || own.padLeft() != 0 || own.padBottom() != 0 || own.padRight() != 0;
    Window ceiled = new WindowAttributes(own).withCeiling(node, source.shape());
    boolean whole = !padded || node.flag("count_include_pad");
    if (whole && ceiled.equals(own)) {
      return average(node, source, attributes.padded(node, input.padding()), true);
    }
    // Pixels that ceil_mode adds never count, so the padding must not either.
    if (whole && padded || !input.padding().isNone()) {
      throw node.error("its mean counts some of the padded pixels and leaves others out");
    }
    return average(node, source, ceiled, false);
  }

  Value globalAveragePool(Node node) throws NodeException, CheckpointException {
    Source source = t.layer(node, map(node));
    return average(node, source, whole(source.shape()), true);
  }

  /** ReduceMean over height and width. */
  Value reduceMean(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    requirePictureAxes(node, input);
    Source source = t.layer(node, input);
    return reduced(node, input, average(node, source, whole(source.shape()), true));
  }

  /** ReduceMax over height and width. */
  Value reduceMax(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    requirePictureAxes(node, input);
    Source source = t.layer(node, input);
    return reduced(node, input, max(node, source));
  }

  Value globalMaxPool(Node node) throws NodeException, CheckpointException {
    return max(node, t.layer(node, map(node)));
  }

  /** LRN: local response normalization over the channels. */
  Value responseNormalization(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    Source source = t.layer(node, input);
    if (input.channelAxis() != 1) {
      throw node.error("it sums over axis 1, which is not the channels");
    }
    if (node.integer("size", 0) < 1) {
      throw node.error("size " + node.integer("size", 0) + " is no number of channels");
    }
    Layer layer =
        new Layer.LocalResponseNormalization(
            t.layers().name(node),
            source.name(),
            Math.toIntExact(node.integer("size", 1)),
            node.real("alpha", 1e-4f),
            node.real("beta", 0.75f),
            node.real("bias", 1));
    return input.of(t.layers().add(layer, source.shape()), input.dims());
  }

  private Activation max(Node node, Source source) {
    Shape shape = new Shape(source.shape().channels(), 1, 1);
    Layer layer = new Layer.MaxPool(t.layers().name(node), source.name(), whole(source.shape()));
    return Activation.of(t.layers().add(layer, shape));
  }

  private void requirePictureAxes(Node node, Activation input)
      throws NodeException, CheckpointException {
    int[] axes = Axes.of(t, node, 1, input.dims().length);
    int rows = input.layout().axisOf(Layout.ROWS, input.source().shape(), input.dims());
    int columns = input.layout().axisOf(Layout.COLUMNS, input.source().shape(), input.dims());
    boolean picture =
        input.isPicture()
            && axes.length == 2
            && axes[0] == Math.min(rows, columns)
            && axes[1] == Math.max(rows, columns);
    if (!picture) {
      throw node.error(
          "it reduces axes "
              + Arrays.toString(axes)
              + " of "
              + Constant.extents(input.dims())
              + ", and only height and width of a picture can be reduced");
    }
  }

  /** The extents of a reduction; of one pixel, the order is the source's own. */
  private static Activation reduced(Node node, Activation input, Activation result)
      throws NodeException {
    if (node.integer("keepdims", 1) == 0) {
      return result.withDims(1, input.source().shape().channels());
    }
    int[] dims = {1, 1, 1, 1};
    dims[input.channelAxis()] = input.source().shape().channels();
    return result.withDims(dims);
  }

  private Activation average(Node node, Source source, Window window, boolean countPadding) {
    String name = t.layers().name(node);
    Shape shape = window.outputShape(source.shape(), source.shape().channels());
    return Activation.of(
        t.layers().add(new Layer.AveragePool(name, source.name(), window, countPadding), shape));
  }

  private Activation map(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    if (!input.isMap()) {
      throw node.error("it pools " + Constant.extents(input.dims()) + ", which is no picture");
    }
    return input;
  }

  private static Activation bare(Activation input) {
    return input.withPadding(Padding.NONE);
  }

  private static Window whole(Shape shape) {
    return new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0, 1, 1);
  }

  private static WindowAttributes window(Node node, Shape shape) throws NodeException {
    long[] kernel = node.integers("kernel_shape").orElse(new long[0]);
    if (kernel.length != 2) {
      throw node.error("kernel_shape has " + kernel.length + " numbers, not 2");
    }
    return WindowAttributes.of(node, shape, Math.toIntExact(kernel[0]), Math.toIntExact(kernel[1]));
  }
}
