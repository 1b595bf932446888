// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.onnx.ScalarOp.Kind;

/** Products of constant matrices. Sums are kept in double and rounded once. */
final class ConstantProducts {
  /** Multiply-adds that cost as much as an element that is made. */
  private static final int PER_ELEMENT = 16;

  private final Translation t;

  ConstantProducts(Translation t) {
    this.t = t;
  }

  Constant matMul(Node node) throws NodeException, CheckpointException {
    return product(node, t.known(node, 0, "its input"), t.known(node, 1, "its matrix"));
  }

  Constant gemm(Node node) throws NodeException, CheckpointException {
    ConstantAlgebra algebra = new ConstantAlgebra();
    Constant a = matrix(node, t.known(node, 0, "its input"), node.flag("transA"));
    Constant b = matrix(node, t.known(node, 1, "its matrix"), node.flag("transB"));
    Constant product = product(node, a, b);
    Constant scaled =
        algebra.apply(Kind.MUL, product, algebra.constant(node.real("alpha", 1)), null);
    if (!t.hasInput(node, 2)) {
      return scaled;
    }
    Constant bias = t.known(node, 2, "its bias");
    Constant beta = algebra.constant(node.real("beta", 1));
    return algebra.apply(Kind.ADD, scaled, algebra.apply(Kind.MUL, bias, beta, null), null);
  }

  private Constant matrix(Node node, Constant input, boolean transposed) throws NodeException {
    if (input.dims().length != 2) {
      throw node.error("it multiplies " + Constant.extents(input.dims()) + ", which is no matrix");
    }
    if (!transposed) {
      return input;
    }
    int rows = input.dims()[0];
    int columns = input.dims()[1];
    t.spend(node, input.count());
    int[] places = new int[input.count()];
    Arrays.setAll(places, i -> i % rows * columns + i / rows);
    return input.pick(places, columns, rows);
  }

  /** NumPy's matmul: matrices in the last two axes, the others broadcast. */
  private Constant product(Node node, Constant left, Constant right) throws NodeException {
    boolean row = left.dims().length == 1;
    boolean column = right.dims().length == 1;
    int[] a = row ? new int[] {1, left.count()} : left.dims();
    int[] b = column ? new int[] {right.count(), 1} : right.dims();
    if (a.length < 2 || b.length < 2 || a[a.length - 1] != b[b.length - 2]) {
      throw node.error(
          "it multiplies "
              + Constant.extents(left.dims())
              + " by "
              + Constant.extents(right.dims()));
    }
    int rows = a[a.length - 2];
    int inner = a[a.length - 1];
    int columns = b[b.length - 1];
    int[] outerA = Arrays.copyOf(a, a.length - 2);
    int[] outerB = Arrays.copyOf(b, b.length - 2);
    int[] outer = ConstantAlgebra.broadcast(outerA, outerB);
    int batches = Constant.count(outer);
    int[] dims = Arrays.copyOf(outer, outer.length + 2);
    dims[dims.length - 2] = rows;
    dims[dims.length - 1] = columns;
    int count = Constant.count(dims);
    t.spend(node, count + (long) count * inner / PER_ELEMENT);
    float[] results = new float[count];
    for (int i = 0; i < batches; i++) {
      int fromA = place(outerA, outer, i) * rows * inner;
      int fromB = place(outerB, outer, i) * inner * columns;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            sum += (double) left.real(fromA + r * inner + k) * right.real(fromB + k * columns + c);
          }
          results[(i * rows + r) * columns + c] = (float) sum;
        }
      }
    }
    Constant product = Constant.ofReals(dims, results);
    int[] vector = dims;
    if (row) {
      vector = without(vector, vector.length - 2);
    }
    if (column) {
      vector = without(vector, vector.length - 1);
    }
    return row || column ? product.withDims(vector) : product;
  }

  /** Where an operand has its part for the i-th of the broadcast parts. */
  private static int place(int[] own, int[] dims, int index) {
    int place = 0;
    int stride = 1;
    int rest = index;
    for (int i = 1; i <= dims.length; i++) {
      int at = rest % dims[dims.length - i];
      rest /= dims[dims.length - i];
      if (i <= own.length) {
        place += own[own.length - i] == 1 ? 0 : at * stride;
        stride *= own[own.length - i];
      }
    }
    return place;
  }

  private static int[] without(int[] dims, int axis) {
    int[] fewer = new int[dims.length - 1];
    Arrays.setAll(fewer, i -> dims[i < axis ? i : i + 1]);
    return fewer;
  }
}
