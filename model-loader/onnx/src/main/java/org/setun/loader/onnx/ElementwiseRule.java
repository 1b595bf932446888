// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.BatchNormFold;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.Value.Activation;
import org.setun.loader.onnx.Value.Deferred;
import org.setun.loader.onnx.Value.Expanded;
import org.setun.loader.onnx.Value.Known;

/** Element-wise operators, BatchNormalization, activation functions, and sums of two values. */
final class ElementwiseRule {
  private final Translation t;

  ElementwiseRule(Translation t) {
    this.t = t;
  }

  /** An operator on the elements of one value and constants, or a sum of two values. */
  Value apply(Node node) throws NodeException, CheckpointException {
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      Value operand = t.hasInput(node, i) ? t.value(node, i) : null;
      // The operator repeats the elements by itself.
      operands.add(operand instanceof Expanded expanded ? expanded.value() : operand);
    }
    List<Value> moving = operands.stream().filter(v -> v != null && !(v instanceof Known)).toList();
    if (moving.size() == 1 && moving.getFirst() instanceof Deferred deferred) {
      Optional<Value> folded = fold(node, deferred, operands);
      if (folded.isPresent()) {
        return folded.get();
      }
    }
    if (isSum(node) && moving.size() > 1 && moving.size() == operands.size()) {
      Value sum = moving.getFirst();
      for (Value next : moving.subList(1, moving.size())) {
        sum = sum(node, sum, next);
      }
      return sum;
    }
    if (node.op().equals("Mul") && operands.size() == 2 && moving.size() == 2) {
      Activation a = t.activation(node, operands.getFirst());
      Activation b = t.activation(node, operands.getLast());
      if (a.source() != b.source() || !Arrays.equals(a.dims(), b.dims())) {
        return product(node, a, b);
      }
    }
    List<Value> complete = new ArrayList<>();
    for (Value operand : operands) {
      complete.add(operand instanceof Deferred ? t.activation(node, operand) : operand);
    }
    return onOneSource(node, perFeature(node, complete));
  }

  /** BatchNormalization as it is computed at inference. */
  Value batchNorm(Node node) throws NodeException, CheckpointException {
    if (node.flag("training_mode")) {
      throw node.error("training_mode is set; export the model in evaluation mode");
    }
    Value value = t.value(node, 0);
    if (value instanceof Activation vector
        && Translation.isPerFeature(vector, t.known(node, 1, "a parameter"))) {
      value = t.flattened(node, vector);
    }
    int channels = shape(node, value).channels();
    t.spend(node, 8L * channels);
    float[][] parameters = new float[4][];
    for (int i = 0; i < parameters.length; i++) {
      Constant parameter = t.known(node, i + 1, "a parameter");
      if (parameter.count() != channels) {
        throw node.error(
            "parameter " + Constant.extents(parameter.dims()) + " for " + channels + " channels");
      }
      parameters[i] = parameter.toReals();
    }
    float epsilon = node.real("epsilon", 1e-5f);
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      BatchNormFold fold =
          BatchNormFold.of(
              parameters[0][c], parameters[1][c], parameters[2][c], parameters[3][c], epsilon);
      if (!Float.isFinite(fold.scale()) || !Float.isFinite(fold.shift())) {
        throw node.error("its parameters of channel " + c + " make no finite scale and shift");
      }
      scale[c] = fold.scale();
      shift[c] = fold.shift();
    }
    if (value instanceof Deferred deferred) {
      double[] scales = new double[channels];
      double[] shifts = new double[channels];
      Arrays.setAll(scales, c -> scale[c]);
      Arrays.setAll(shifts, c -> shift[c]);
      Optional<DeferredLayer> folded = deferred.layer().then(new Affine(scales, shifts));
      if (folded.isPresent()) {
        return new Deferred(folded.get(), deferred.dims());
      }
    }
    Activation input = unpadded(node, t.activation(node, value));
    Source source = input.source();
    int product = source.add(Kind.MUL, input.place(), source.constant(scale), -1, Element.REAL);
    return input.withPlace(source.add(Kind.ADD, product, source.constant(shift), -1, Element.REAL));
  }

  /** PRelu, LeakyRelu and Relu. */
  Value prelu(Node node) throws NodeException, CheckpointException {
    Activation input = t.activation(node, 0);
    Source source = t.layer(node, input);
    float[] slope =
        switch (node.op()) {
          case "PRelu" -> slope(node, input);
          case "LeakyRelu" -> new float[] {node.real("alpha", 0.01f)};
          default -> new float[1];
        };
    int channels = source.shape().channels();
    if (slope.length != channels) {
      t.spend(node, channels);
      float one = slope[0];
      slope = new float[channels];
      Arrays.fill(slope, one);
    }
    Layer layer = new Layer.PRelu(t.layers().name(node), source.name(), slope);
    return input.of(t.layers().add(layer, source.shape()), input.dims());
  }

  private float[] slope(Node node, Activation input) throws NodeException, CheckpointException {
    Constant slope = t.known(node, 1, "its slope");
    return ChannelConstants.of(node, slope, input);
  }

  private static boolean isSum(Node node) {
    return List.of("Add", "Sum", "Sub").contains(node.op());
  }

  /** Operators on a layer that can still take them in. */
  private Optional<Value> fold(Node node, Deferred deferred, List<Value> operands)
      throws NodeException {
    Source draft = new Source(node.name(), deferred.layer().shape());
    Activation input = Activation.of(draft).withDims(deferred.dims());
    List<Value> drafted = new ArrayList<>(operands);
    drafted.replaceAll(operand -> operand == deferred ? input : operand);
    Activation result = onOneSource(node, drafted);
    return draft
        .affine(result.place())
        .map(affine -> affine.expanded(draft.shape().channels()))
        .flatMap(deferred.layer()::then)
        .map(layer -> new Deferred(layer, deferred.dims()));
  }

  /** The sum or difference of two values: of one source, a pair of convolutions, or any. */
  private Value sum(Node node, Value left, Value right) throws NodeException {
    boolean plus = !node.op().equals("Sub");
    if (plus
        && left instanceof Deferred(DeferredLayer.Ternary a, int[] dims)
        && right instanceof Deferred(DeferredLayer.Ternary b, int[] _)) {
      t.spend(node, a.kernel().tritCount());
      Optional<DeferredLayer.Ternary> pair = PairMerge.merge(a, b);
      if (pair.isPresent()) {
        return new Deferred(pair.get(), dims);
      }
    }
    Activation a = t.activation(node, left);
    Activation b = t.activation(node, right);
    if (a.source() == b.source()) {
      return onOneSource(node, List.of(a, b));
    }
    if (!Arrays.equals(a.dims(), b.dims())
        || !a.source().shape().equals(b.source().shape())
        || !a.layout().equals(b.layout())) {
      throw node.error(
          "it adds " + Constant.extents(a.dims()) + " and " + Constant.extents(b.dims()));
    }
    if (!plus) {
      Source source = b.source();
      unpadded(node, b);
      b = b.withPlace(source.add(Kind.NEG, b.place(), -1, -1, Element.REAL));
    }
    Source x = t.layer(node, a);
    Source y = t.layer(node, b);
    Layer layer = new Layer.Add(t.layers().name(node), x.name(), y.name());
    return a.of(t.layers().add(layer, x.shape()), a.dims());
  }

  /** Operands of which one vector becomes channels, where a constant has a value per feature. */
  private List<Value> perFeature(Node node, List<Value> operands) throws NodeException {
    List<Activation> vectors =
        operands.stream()
            .filter(Activation.class::isInstance)
            .map(Activation.class::cast)
            .distinct()
            .toList();
    boolean wanted =
        vectors.size() == 1
            && operands.stream()
                .anyMatch(
                    operand ->
                        operand instanceof Known(Constant constant)
                            && Translation.isPerFeature(vectors.getFirst(), constant));
    if (!wanted) {
      return operands;
    }
    Activation flat = t.flattened(node, vectors.getFirst());
    List<Value> replaced = new ArrayList<>(operands);
    replaced.replaceAll(operand -> operand instanceof Activation ? flat : operand);
    return replaced;
  }

  /** The product of two values: of equal extents, or one has a factor per channel or per pixel. */
  private Value product(Node node, Activation left, Activation right) throws NodeException {
    Activation large = left.source().shape().size() >= right.source().shape().size() ? left : right;
    Activation factor = large == left ? right : left;
    Shape shape = large.source().shape();
    Shape other = factor.source().shape();
    boolean same = other.equals(shape) && Arrays.equals(left.dims(), right.dims());
    boolean perChannel = other.equals(new Shape(shape.channels(), 1, 1)) && factor.isPicture();
    boolean perPixel =
        other.equals(new Shape(1, shape.height(), shape.width())) && factor.isPicture();
    boolean aligned = large.layout().equals(factor.layout()) || perChannel && large.isMap();
    if (!aligned || !same && !(large.isPicture() && (perChannel || perPixel))) {
      throw node.error(
          "it multiplies "
              + Constant.extents(left.dims())
              + " and "
              + Constant.extents(right.dims())
              + ", and one of two values that differ must have one element per channel or pixel");
    }
    Source x = t.layer(node, large);
    Source y = t.layer(node, factor);
    Layer layer = new Layer.Multiply(t.layers().name(node), x.name(), y.name());
    return large.of(t.layers().add(layer, x.shape()), large.dims());
  }

  private Activation onOneSource(Node node, List<Value> operands) throws NodeException {
    Activation first = null;
    for (Value operand : operands) {
      if (operand instanceof Activation activation) {
        first = first == null ? activation : first;
        unpadded(node, activation);
        if (first.source() != activation.source()
            || !first.layout().equals(activation.layout())
            || !Arrays.equals(first.dims(), activation.dims())) {
          throw node.error("it combines two values of the network, element by element");
        }
      }
    }
    Activation input = first;
    Source source = input.source();
    List<Integer> places = new ArrayList<>();
    for (Value operand : operands) {
      places.add(
          switch (operand) {
            case null -> null;
            case Activation activation -> activation.place();
            case Known known -> {
              Constant constant = known.constant();
              if (Quantizer.isLinear(node.op())) {
                constant = Quantizer.aligned(node, constant, input.dims().length);
              }
              float[] values = ChannelConstants.of(node, constant, input);
              t.spend(node, values.length);
              yield source.constant(known.constant(), values);
            }
            default -> throw new IllegalStateException("neither complete nor constant");
          });
    }
    int result = Elementwise.apply(new SourceAlgebra(source), node, places);
    source.setMaker(result, node);
    return input.withPlace(result);
  }

  private static Activation unpadded(Node node, Activation input) throws NodeException {
    if (!input.padding().isNone()) {
      throw node.error("it reads padded values, and only convolutions and poolings can");
    }
    return input;
  }

  private Shape shape(Node node, Value value) throws NodeException {
    return value instanceof Deferred deferred
        ? deferred.layer().shape()
        : t.activation(node, value).source().shape();
  }
}
