// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Known;
import org.setun.loader.onnx.Value.Padding;

/** Operators that move elements and compute nothing: reshaping, padding, concatenation, slices. */
final class ShapeRule {
  private final Translation t;

  ShapeRule(Translation t) {
    this.t = t;
  }

  /** Reshape, Flatten, Squeeze, Unsqueeze and Transpose: other extents, the same order. */
  Value reshape(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    if (node.op().equals("Transpose")) {
      return transpose(node, input);
    }
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

  /** Transpose: another order of the same elements. */
  private Value transpose(Node node, Activation input) throws NodeException {
    int[] order = ConstantMoves.order(node, input.dims().length);
    int[] dims = new int[order.length];
    Arrays.setAll(dims, i -> input.dims()[order[i]]);
    Optional<Layout> layout =
        input.layout().transposed(input.source().shape(), input.dims(), order);
    if (layout.isEmpty()) {
      return shuffled(node, input, order).withDims(dims);
    }
    return input.withDims(dims).withLayout(layout.get());
  }

  /** A Transpose that splits the channels and moves whole ones: a channel shuffle. */
  private Activation shuffled(Node node, Activation input, int[] order) throws NodeException {
    Shape shape = input.source().shape();
    t.spend(node, 2L * shape.size());
    int[] moved = ConstantMoves.transposed(input.dims(), order);
    int[] channels = new int[shape.channels()];
    boolean whole = input.layout().isChannelsFirst() && input.padding().isNone();
    for (int i = 0; whole && i < moved.length; i++) {
      int pixel = i % shape.pixels();
      if (pixel == 0) {
        channels[i / shape.pixels()] = moved[i] / shape.pixels();
      }
      whole = moved[i] == channels[i / shape.pixels()] * shape.pixels() + pixel;
    }
    if (!whole) {
      throw node.error(
          "it changes the order of the elements of "
              + Constant.extents(input.dims())
              + ", in which the axes of a picture are split");
    }
    Source source = t.layer(node, input);
    Layer layer = new Layer.ChannelSelection(t.layers().name(node), source.name(), channels);
    return Activation.of(t.layers().add(layer, shape));
  }

  /** Expand: repeats elements for the element-wise operator that follows. */
  Value expand(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    int[] wanted = t.known(node, 1, "its shape").toInts();
    int[] dims = ConstantAlgebra.broadcast(input.dims(), wanted);
    return Arrays.equals(dims, input.dims()) ? input : new Value.Expanded(input, dims);
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
      int axis = Axes.at(node, node.integer("axis", 1), zeroDims.length);
      zeros = Math.addExact(zeros, zeroDims[axis]);
      requireExtents(node, dims(node, parts.getLast()), zeroDims, axis);
    }
    List<Activation> values = new ArrayList<>();
    for (Value part : parts) {
      if (part instanceof Known) {
        throw node.error("a constant that is not zeros at the end");
      }
      values.add(t.activation(node, part));
    }
    Activation first = values.getFirst();
    int axis = Axes.at(node, node.integer("axis", 1), first.dims().length);
    if (axis != channelAxis(first)) {
      throw node.error("it joins along axis " + node.integer("axis", 1) + ", not the channels");
    }
    List<String> names = new ArrayList<>();
    int channels = 0;
    for (Activation value : values) {
      requireChannels(node, first, value);
      names.add(t.layer(node, value).name());
      channels = Math.addExact(channels, value.dims()[axis]);
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
    return first.of(joined, withChannels(first.dims(), axis, joined.shape().channels()));
  }

  /** Pad: appends zero channels, or adds pixels that become padding of the next window. */
  Value pad(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    if (!input.isPicture() || !input.padding().isNone()) {
      throw node.error(
          "it pads "
              + Constant.extents(input.dims())
              + (input.isPicture() ? ", which is padded already" : ", which is no picture"));
    }
    Pads given = Pads.of(t, node, 4);
    int[] pads = new int[8];
    List<Integer> order = input.layout().order();
    for (int i = 0; i < 4; i++) {
      pads[order.get(i)] = Math.toIntExact(given.listed()[i]);
      pads[4 + order.get(i)] = Math.toIntExact(given.listed()[4 + i]);
    }
    if (Arrays.stream(pads).anyMatch(pad -> pad < 0)) {
      throw node.error("negative pads, which cut off");
    }
    if (pads[0] != 0 || pads[4] != 0 || pads[1] != 0) {
      throw node.error("it pads the batch, or channels before the first");
    }
    if (pads[5] > 0) {
      if (given.filler() != 0) {
        throw node.error("it pads channels with " + given.filler() + ", not 0");
      }
      Source padded = padChannels(node, t.layer(node, input), pads[5]);
      input = Activation.of(padded, input.layout());
    }
    return input.withPadding(new Padding(pads[2], pads[3], pads[6], pads[7], given.filler()));
  }

  /** Slice: some of the channels, or every s-th row and column of a picture. */
  Value slice(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    Slices slices = Slices.of(t, node, input.dims());
    int[] dims = input.dims();
    int channels = input.channelAxis();
    int[] selected = null;
    for (int axis = 0; axis < dims.length; axis++) {
      int start = slices.starts()[axis];
      int step = slices.steps()[axis];
      boolean whole = start == 0 && slices.ends()[axis] == dims[axis];
      if (axis == channels && !(whole && step == 1)) {
        selected = new int[slices.dims()[axis]];
        Arrays.setAll(selected, i -> start + i * step);
        continue;
      }
      boolean strided = step != 1;
      if (!whole
          || step < 1
          || strided && (!input.isPicture() || input.layout().order().get(axis) < Layout.ROWS)) {
        throw node.error(
            "it cuts a part out; only channels, and every s-th row and column, can be taken");
      }
    }
    if (selected != null) {
      input = select(node, input, channels, selected);
    }
    boolean strided =
        IntStream.range(0, dims.length)
            .anyMatch(axis -> axis != channels && slices.steps()[axis] != 1);
    if (!strided) {
      return input;
    }
    List<Integer> order = input.layout().order();
    Source source = t.layer(node, input);
    Window window =
        new Window(
            1,
            1,
            slices.steps()[order.indexOf(Layout.ROWS)],
            slices.steps()[order.indexOf(Layout.COLUMNS)],
            0,
            0,
            0,
            0,
            1,
            1);
    Shape shape = window.outputShape(source.shape(), source.shape().channels());
    Layer layer = new Layer.MaxPool(t.layers().name(node), source.name(), window);
    return Activation.of(t.layers().add(layer, shape), input.layout());
  }

  /** Split along the channels: one value for each output. */
  List<Value> split(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    int axis = Axes.at(node, node.integer("axis", 0), input.dims().length);
    if (axis != input.channelAxis()) {
      throw node.error("it splits along axis " + axis + ", which is not the channels");
    }
    int extent = input.dims()[axis];
    int parts = node.outputs().size();
    Optional<Constant> given = t.optional(node, 1, "its list of extents");
    long[] listed =
        given.isPresent()
            ? Arrays.stream(given.get().toInts()).asLongStream().toArray()
            : node.integers("split").orElse(null);
    int[] extents = new int[parts];
    for (int i = 0; i < parts; i++) {
      // Without a list the parts are equal, but the last may be smaller.
      int size = Math.ceilDiv(extent, parts);
      extents[i] =
          listed == null
              ? Math.min(size, extent - i * size)
              : i < listed.length ? Math.toIntExact(listed[i]) : 0;
    }
    if (Arrays.stream(extents).anyMatch(e -> e < 1) || Arrays.stream(extents).sum() != extent) {
      throw node.error("it splits " + extent + " channels into " + Arrays.toString(extents));
    }
    List<Value> values = new ArrayList<>();
    int from = 0;
    for (int part : extents) {
      int first = from;
      values.add(select(node, input, axis, IntStream.range(first, first + part).toArray()));
      from += part;
    }
    return values;
  }

  /** Gather along the channels. */
  Value gather(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    Constant indices = t.known(node, 1, "its indices");
    int axis = Axes.at(node, node.integer("axis", 0), input.dims().length);
    if (axis != input.channelAxis() || indices.dims().length != 1 || indices.count() == 0) {
      throw node.error("only channels can be gathered, by a list of them");
    }
    int[] channels = indices.toInts();
    for (int i = 0; i < channels.length; i++) {
      channels[i] = Axes.at(node, channels[i], input.dims()[axis]);
    }
    return select(node, input, axis, channels);
  }

  private Activation select(Node node, Activation input, int axis, int[] channels)
      throws NodeException {
    Source source = t.layer(node, input);
    Shape shape = new Shape(channels.length, source.shape().height(), source.shape().width());
    t.spend(node, channels.length);
    Layer layer = new Layer.ChannelSelection(t.layers().name(node), source.name(), channels);
    int[] dims = withChannels(input.dims(), axis, channels.length);
    return input.of(t.layers().add(layer, shape), dims);
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
      case NeighbourMean mean -> mean.dims();
      default -> t.activation(node, value).dims();
    };
  }

  /** Refuses zeros that differ from what they are appended to in more than batch and channels. */
  private static void requireExtents(Node node, int[] dims, int[] zeros, int channels)
      throws NodeException {
    boolean same = dims.length == zeros.length;
    for (int i = 1; same && i < dims.length; i++) {
      same = i == channels || dims[i] == zeros[i];
    }
    if (!same) {
      throw node.error("it joins " + Constant.extents(dims) + " and " + Constant.extents(zeros));
    }
  }

  private static void requireChannels(Node node, Activation first, Activation value)
      throws NodeException {
    Shape shape = value.source().shape();
    if (value.dims().length < 2
        || channelAxis(value) != channelAxis(first)
        || !value.layout().equals(first.layout())
        || !value.isPicture() && shape.pixels() != 1) {
      throw node.error("it joins " + Constant.extents(value.dims()) + ", which has no channels");
    }
  }

  /** The axis of the channels; of a source of one channel the one where they would be. */
  private static int channelAxis(Activation value) {
    return value.isPicture() ? value.layout().order().indexOf(Layout.CHANNELS) : 1;
  }

  private static int[] withChannels(int[] dims, int axis, int channels) {
    int[] other = dims.clone();
    other[axis] = channels;
    return other;
  }
}
