// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Optional;
import org.setun.loader.onnx.Constant.Element;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/** Element-wise operators on a value of the network: remembered, by their places in its source. */
record SourceAlgebra(Source source) implements Algebra<Integer> {
  @Override
  public Integer apply(Kind kind, Integer a, Integer b, Integer c) {
    Element element =
        switch (kind) {
          case LESS, LESS_OR_EQUAL, EQUAL, NOT, AND, OR, XOR -> Element.BOOLEAN;
          case WHERE -> source.element(b);
          default -> source.element(a);
        };
    if (kind == Kind.DIV && element == Element.INTEGER) {
      throw new IllegalArgumentException("a division of integers");
    }
    return source.add(kind, a, b == null ? -1 : b, c == null ? -1 : c, element);
  }

  @Override
  public Integer constant(float value) {
    return source.constant(value);
  }

  @Override
  public boolean isKnown(Integer operand) {
    return source.isConstant(operand);
  }

  @Override
  public Element element(Integer operand) {
    return source.element(operand);
  }

  @Override
  public DataType type(Integer operand) {
    return source.type(operand);
  }

  @Override
  public Optional<Float> number(Integer operand) {
    return source.number(operand);
  }

  @Override
  public Integer narrowed(DataType type, Integer operand) {
    // Signed types are taken as wide enough; an unsigned one would turn negative numbers around.
    boolean signed = IntegerType.of(type).least() < 0;
    if (!signed && source.element(operand) != Element.BOOLEAN) {
      throw new IllegalArgumentException("it casts to " + type);
    }
    return source.as(Element.INTEGER, operand);
  }

  @Override
  public Integer as(Element element, Integer operand) {
    return source.as(element, operand);
  }
}
