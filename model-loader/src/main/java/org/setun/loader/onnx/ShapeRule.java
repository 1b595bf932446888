package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.Value.Padding;

/** What moves elements and computes nothing: reshaping, padding, concatenation, strided slices. */
final class ShapeRule {
  private final Translation t;

  ShapeRule(Translation t) {
    this.t = t;
  }

  /** Reshape, Flatten, Squeeze, Unsqueeze and Transpose: other extents, the same order. */
  Value reshape(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    if (!input.padding().isNone()) {
      throw node.error("it reads padded values, and only convolutions and poolings can");
    }
    int[] dims = Reshaping.of(t, node, input.dims());
    if (Constant.count(dims) != Constant.count(input.dims())) {
      throw node.error(
          Constant.extents(input.dims()) + " does not become " + Constant.extents(dims));
    }
    return input.withDims(dims);
  }

  /** Shape: with one image a batch, every extent is known. */
  Value shape(Node node) throws NodeException, CheckpointException {
    return new Known(Constant.ofVector(part(node, dims(node, t.value(node, 0)))));
  }

  /** Size: the product of the extents. */
  Value size(Node node) throws NodeException, CheckpointException {
    int count = Constant.count(dims(node, t.value(node, 0)));
    return new Known(Constant.ofIntegers(new int[0], count));
  }

  /** The extents that a Shape names: all, or those from its start to its end. */
  static int[] part(Node node, int[] dims) throws NodeException {
    int start = (int) bound(node.integer("start", 0), dims.length);
    int end = (int) bound(node.integer("end", dims.length), dims.length);
    return Arrays.copyOfRange(dims, start, Math.max(start, end));
  }

  private static long bound(long place, int rank) {
    return Math.clamp(place < 0 ? place + rank : place, 0, rank);
  }

  /** Concat along the channels; zeros at the end become channels that are padded. */
  Value concat(Node node) throws NodeException, CheckpointException {
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      parts.add(t.value(node, i));
    }
    int zeros = 0;
    int[] zeroDims = null;
    while (parts.size() > 1 && zeroDims(parts.getLast()) != null) {
      zeroDims = zeroDims(parts.removeLast());
      zeros = Math.addExact(zeros, zeroDims[1]);
      requireExtents(node, dims(node, parts.getLast()), zeroDims);
    }
    List<Activation> values = new ArrayList<>();
    for (Value part : parts) {
      if (part instanceof Known) {
        throw node.error("a constant that is not zeros at the end");
      }
      values.add(t.activation(node, part));
    }
    Activation first = values.getFirst();
    if (Axes.at(node, node.integer("axis", 1), first.dims().length) != 1) {
      throw node.error("it joins along axis " + node.integer("axis", 1) + ", not the channels");
    }
    List<String> names = new ArrayList<>();
    int channels = 0;
    for (Activation value : values) {
      requireChannels(node, value);
      names.add(t.layer(node, value).name());
      channels = Math.addExact(channels, value.dims()[1]);
    }
    Shape shape = first.source().shape();
    Source joined = t.layer(node, first);
    if (values.size() > 1) {
      shape = new Shape(channels, shape.height(), shape.width());
      joined = t.layers().add(new Layer.Concat(t.layers().name(node), names), shape);
    }
    if (zeros > 0) {
      joined = padChannels(node, joined, zeros);
    }
    return Activation.of(joined).withDims(withChannels(first.dims(), joined.shape().channels()));
  }

  /** Pad: zero channels behind, or pixels around that the next window takes in. */
  Value pad(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    String mode = node.text("mode", "constant");
    if (!mode.equals("constant") || !input.isMap() || !input.padding().isNone()) {
      throw node.error("mode " + mode + " on " + Constant.extents(input.dims()));
    }
    Optional<Constant> given = t.optional(node, 1, "its list of pads");
    long[] listed =
        given.isPresent()
            ? Arrays.stream(given.get().toInts()).mapToLong(pad -> pad).toArray()
            : node.integers("pads").orElse(new long[0]);
    int[] axes = t.hasInput(node, 3) ? named(node) : new int[] {0, 1, 2, 3};
    if (listed.length != 2 * axes.length) {
      throw node.error(listed.length + " pads for " + axes.length + " axes");
    }
    int[] pads = new int[8];
    for (int i = 0; i < axes.length; i++) {
      pads[axes[i]] = Math.toIntExact(listed[i]);
      pads[4 + axes[i]] = Math.toIntExact(listed[axes.length + i]);
    }
    if (Arrays.stream(pads).anyMatch(pad -> pad < 0)) {
      throw node.error("negative pads, which cut off");
    }
    if (pads[0] != 0 || pads[4] != 0 || pads[1] != 0) {
      throw node.error("it pads the batch, or channels before the first");
    }
    Optional<Constant> filler = t.optional(node, 2, "its value");
    if (filler.isPresent() && filler.get().count() != 1) {
      throw node.error("its value has " + filler.get().count() + " elements");
    }
    float value = filler.isPresent() ? filler.get().real(0) : node.real("value", 0);
    if (pads[5] > 0) {
      if (value != 0) {
        throw node.error("it pads channels with " + value + ", not 0");
      }
      input = Activation.of(padChannels(node, t.layer(node, input), pads[5]));
    }
    return new Activation(
        input.source(),
        input.place(),
        input.dims(),
        new Padding(pads[2], pads[3], pads[6], pads[7], value));
  }

  /** Slice: every s-th row and column of a picture. */
  Value slice(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    Slices slices = Slices.of(t, node, input.dims());
    int[] dims = input.dims();
    for (int axis = 0; axis < dims.length; axis++) {
      int step = slices.steps()[axis];
      boolean strided = step != 1;
      if (slices.starts()[axis] != 0
          || slices.ends()[axis] != dims[axis]
          || step < 1
          || strided && (axis < 2 || !input.isMap())) {
        throw node.error("it cuts a part out; only every s-th row and column can be taken");
      }
    }
    if (!input.isMap() || slices.steps()[2] == 1 && slices.steps()[3] == 1) {
      return input;
    }
    Source source = t.layer(node, input);
    Window window = new Window(1, 1, slices.steps()[2], slices.steps()[3], 0, 0, 0, 0, 1, 1);
    Shape shape = window.outputShape(source.shape(), source.shape().channels());
    Layer layer = new Layer.MaxPool(t.layers().name(node), source.name(), window);
    return Activation.of(t.layers().add(layer, shape));
  }

  private int[] named(Node node) throws NodeException, CheckpointException {
    int[] axes = t.known(node, 3, "its list of axes").toInts();
    for (int i = 0; i < axes.length; i++) {
      axes[i] = Axes.at(node, axes[i], 4);
    }
    return axes;
  }

  private Source padChannels(Node node, Source source, int zeros) {
    int channels = Math.addExact(source.shape().channels(), zeros);
    Shape shape = new Shape(channels, source.shape().height(), source.shape().width());
    Layer layer = new Layer.ChannelPad(t.layers().name(node), source.name(), channels);
    return t.layers().add(layer, shape);
  }

  /** Extents of a value that is all zeros; null if it is none. */
  private static int[] zeroDims(Value value) {
    return switch (value) {
      case Known(Constant c) when c.dims().length >= 2 && c.isAllZero() -> c.dims();
      case Activation a
          when a.dims().length >= 2
              && a.padding().isNone()
              && a.source().affine(a.place()).filter(Affine::isZero).isPresent() ->
          a.dims();
      default -> null;
    };
  }

  private int[] dims(Node node, Value value) throws NodeException {
    return switch (value) {
      case Known known -> known.constant().dims();
      case Value.Deferred deferred -> deferred.dims();
      default -> t.activation(node, value).dims();
    };
  }

  /** Refuses zeros that differ from what they stand behind in more than batch and channels. */
  private static void requireExtents(Node node, int[] dims, int[] zeros) throws NodeException {
    boolean same = dims.length == zeros.length;
    for (int i = 2; same && i < dims.length; i++) {
      same = dims[i] == zeros[i];
    }
    if (!same) {
      throw node.error("it joins " + Constant.extents(dims) + " and " + Constant.extents(zeros));
    }
  }

  private static void requireChannels(Node node, Activation value) throws NodeException {
    Shape shape = value.source().shape();
    if (value.dims().length < 2
        || value.dims()[1] != shape.channels()
        || !value.isMap() && shape.pixels() != 1) {
      throw node.error("it joins " + Constant.extents(value.dims()) + ", which has no channels");
    }
  }

  private static int[] withChannels(int[] dims, int channels) {
    int[] other = dims.clone();
    other[1] = channels;
    return other;
  }
}
