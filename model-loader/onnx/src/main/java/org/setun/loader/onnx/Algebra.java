// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Optional;
import org.setun.loader.onnx.ScalarOp.Kind;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/**
 * Operands of element-wise operators. Constants are computed at once; of the network's values, the
 * expression is kept.
 *
 * @param <T> an operand
 */
interface Algebra<T> {
  /**
   * Applies an operator.
   *
   * @param a first operand
   * @param b second operand, or null
   * @param c third operand, or null
   * @throws IllegalArgumentException if the operands do not fit each other
   */
  T apply(Kind kind, T a, T b, T c);

  /** A number for all channels. */
  T constant(float value);

  /** Whether the operand is a constant. */
  boolean isKnown(T operand);

  Constant.Element element(T operand);

  /** The operand's numbers, as elements of another type that has them all. */
  T as(Constant.Element element, T operand);

  /** The operand's type as the file has it. */
  DataType type(T operand);

  /** The operand's value, where it is one constant. */
  Optional<Float> number(T operand);

  /** The operand's numbers cast to an integer type, which may be too narrow for them. */
  T narrowed(DataType type, T operand);
}
