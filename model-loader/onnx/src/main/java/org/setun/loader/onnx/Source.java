// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.setun.kernels.Shape;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/**
 * A value that the network holds: its input, or what a layer makes. Element-wise operators on it
 * make no layers at first; they are remembered as functions of its elements, told apart by the
 * place of their last operator.
 */
final class Source {
  /** Place of the value itself. */
  static final int SELF = 0;

  private final String name;
  private final Shape shape;
  private final List<ScalarOp> ops = new ArrayList<>();
  private final LinearForms forms = new LinearForms(ops);
  private final Map<List<Object>, Integer> places = new HashMap<>();
  private final Map<Integer, Element> elements = new HashMap<>();
  private final BitSet constants = new BitSet();
  private final Map<Integer, DataType> types = new HashMap<>();
  private final Map<Integer, Node> makers = new HashMap<>();
  private final Map<Integer, Optional<StepFunction>> steps = new HashMap<>();
  private final Map<Integer, Source> layers = new HashMap<>();

  /**
   * Creates a source.
   *
   * @param name the layer's name
   * @param shape shape of its value
   */
  Source(String name, Shape shape) {
    this.name = name;
    this.shape = shape;
    add(new ScalarOp(Kind.INPUT, -1, -1, -1, null), Element.REAL, DataType.FLOAT);
  }

  String name() {
    return name;
  }

  Shape shape() {
    return shape;
  }

  /** Takes over the functions of another source, at the same places, for its own elements. */
  void adopt(Source other) {
    ops.clear();
    forms.clear();
    for (ScalarOp op : other.ops) {
      ops.add(op);
      forms.append();
    }
    places.putAll(other.places);
    elements.putAll(other.elements);
    types.putAll(other.types);
    makers.putAll(other.makers);
    constants.or(other.constants);
  }

  /** The operator at a place. */
  ScalarOp op(int place) {
    return ops.get(place);
  }

  /** Whether a place does not depend on the value. */
  boolean isStill(int place) {
    return function(place)
        .filter(f -> f.ops().stream().noneMatch(op -> op.kind() == Kind.INPUT))
        .isPresent();
  }

  /** The values of a place that does not depend on the value: one, or one per channel. */
  float[] values(int place) {
    ScalarFunction function = function(place).orElseThrow();
    float[] values = new float[function.isUniform() ? 1 : shape.channels()];
    for (int c = 0; c < values.length; c++) {
      values[c] = function.value(0, c);
    }
    return values;
  }

  /** Adds a constant, one value or one per channel. */
  int constant(float... values) {
    return constant(Element.REAL, DataType.FLOAT, values);
  }

  private int constant(Element element, DataType type, float... values) {
    int place = add(new ScalarOp(Kind.CONSTANT, -1, -1, -1, values), element, type);
    constants.set(place);
    types.put(place, type);
    return place;
  }

  /** Adds an operator, or what remains of it where terms cancel; absent operands are -1. */
  int add(Kind kind, int a, int b, int c, Element element) {
    int place = add(new ScalarOp(kind, a, b, c, null), element, DataType.UNDEFINED);
    if (kind != Kind.ADD && kind != Kind.SUB) {
      return place;
    }
    Optional<Map<Integer, Double>> remaining = forms.remaining(place);
    if (remaining.isEmpty()) {
      return place;
    }
    int sum = -1;
    for (Map.Entry<Integer, Double> term : remaining.get().entrySet()) {
      float factor = term.getValue().floatValue();
      int product =
          factor == 1 ? term.getKey() : add(Kind.MUL, term.getKey(), constant(factor), -1, element);
      sum =
          sum < 0
              ? product
              : add(new ScalarOp(Kind.ADD, sum, product, -1, null), element, DataType.UNDEFINED);
    }
    return as(element, sum < 0 ? constant(0) : sum);
  }

  /** Adds an operator, or finds the same one: exporters write a term out again for each use. */
  private int add(ScalarOp op, Element element, DataType type) {
    List<Object> key =
        new ArrayList<>(List.<Object>of(op.kind(), op.a(), op.b(), op.c(), element, type));
    key.add(op.constant() == null ? null : Arrays.hashCode(op.constant()));
    Integer same = places.get(key);
    if (same != null && Arrays.equals(ops.get(same).constant(), op.constant())) {
      return same;
    }
    places.putIfAbsent(key, ops.size());
    ops.add(op);
    forms.append();
    elements.put(ops.size() - 1, element);
    return ops.size() - 1;
  }

  /** Declares what the numbers of an operator are. */
  int as(Element element, int place) {
    if (element(place) == element) {
      return place;
    }
    if (isConstant(place)) {
      DataType type = element == Element.REAL ? DataType.FLOAT : DataType.INT64;
      return constant(element, type, ops.get(place).constant());
    }
    // The same numbers at a place of their own: the other one remains what it is.
    return add(Kind.MUL, place, constant(1), -1, element);
  }

  /** Adds a constant of a type: one value or one per channel. */
  int constant(Constant of, float... values) {
    return constant(of.element(), of.type(), values);
  }

  /** Type of a constant, INT64 or FLOAT for all others. */
  DataType type(int place) {
    DataType other = element(place) == Element.INTEGER ? DataType.INT64 : DataType.FLOAT;
    return types.getOrDefault(place, other);
  }

  /** The value of a place that is one constant for all channels. */
  Optional<Float> number(int place) {
    return isConstant(place) && ops.get(place).constant().length == 1
        ? Optional.of(ops.get(place).constant(0))
        : Optional.empty();
  }

  /** The place whose square a place is; -1 if it is none. */
  int rootOfSquare(int place) {
    ScalarOp op = ops.get(place);
    boolean square =
        switch (op.kind()) {
          case MUL -> op.a() == op.b();
          case POWER -> number(op.b()).filter(exponent -> exponent == 2).isPresent();
          default -> false;
        };
    return square ? op.a() : -1;
  }

  /** Remembers which node made the function of a place, for messages. */
  void setMaker(int place, Node node) {
    makers.put(place, node);
  }

  /** The node that made the function of a place. */
  Optional<Node> maker(int place) {
    return Optional.ofNullable(makers.get(place));
  }

  Element element(int place) {
    return elements.getOrDefault(place, Element.REAL);
  }

  boolean isConstant(int place) {
    return constants.get(place);
  }

  Optional<ScalarFunction> function(int place) {
    return ScalarFunction.of(ops, place);
  }

  /** The function at a place of the value at another, empty if it depends on more than that. */
  Optional<ScalarFunction> function(int place, int of) {
    // The source's own value must not be an operand any more beside the other's.
    return ScalarFunction.of(ops, place, of)
        .filter(function -> of == SELF || function.inputs() == 1);
  }

  Optional<Affine> affine(int place) {
    return function(place).flatMap(function -> function.affine(shape.channels()));
  }

  /** The function as steps from -s to 0 to +s, where it is that. */
  Optional<StepFunction> steps(int place) {
    return steps.computeIfAbsent(
        place, p -> function(p).flatMap(f -> StepFunction.recognize(f, shape.channels())));
  }

  /** The function as two or three levels, where it is that and not steps from -s to +s. */
  Optional<LevelFunction> levels(int place) {
    return function(place).flatMap(f -> LevelFunction.recognize(f, shape.channels()));
  }

  /** The layer that computes the function at a place, once there is one. */
  Optional<Source> layer(int place) {
    return place == SELF ? Optional.of(this) : Optional.ofNullable(layers.get(place));
  }

  void setLayer(int place, Source layer) {
    layers.put(place, layer);
  }
}
