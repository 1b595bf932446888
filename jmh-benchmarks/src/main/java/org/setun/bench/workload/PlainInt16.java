// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.B2S;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * What one writes first with the Vector API: bytes widened to 16 bits, multiplied, added up in 16
 * bits as long as that cannot overflow, then in 32. Four outputs at a time share the activations.
 */
final class PlainInt16 {
  private static final VectorSpecies<Short> SHORT = ShortVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INT = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTE =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHORT.vectorBitSize() / 2));

  /** Products of at most 128 that 16 bits can add up. */
  private static final int RUN = 255;

  private PlainInt16() {}

  /** {@code y[r][o] = Σ x[r][c] · w[o][c]}; outputs by fours, columns by whole vectors. */
  static void multiply(byte[] x, int rows, byte[] w, int outputs, int columns, int[] y) {
    for (int o = 0; o < outputs; o += 4) {
      for (int r = 0; r < rows; r++) {
        four(x, r * columns, w, o * columns, columns, y, r * outputs + o);
      }
    }
  }

  private static void four(byte[] x, int at, byte[] w, int from, int columns, int[] y, int to) {
    int length = SHORT.length();
    IntVector sum0 = IntVector.zero(INT);
    IntVector sum1 = IntVector.zero(INT);
    IntVector sum2 = IntVector.zero(INT);
    IntVector sum3 = IntVector.zero(INT);
    for (int block = 0; block < columns; block += RUN * length) {
      ShortVector a0 = ShortVector.zero(SHORT);
      ShortVector a1 = ShortVector.zero(SHORT);
      ShortVector a2 = ShortVector.zero(SHORT);
      ShortVector a3 = ShortVector.zero(SHORT);
      int end = Math.min(columns, block + RUN * length);
      for (int c = block; c < end; c += length) {
        ShortVector v = shorts(x, at + c);
        a0 = shorts(w, from + c).mul(v).add(a0);
        a1 = shorts(w, from + columns + c).mul(v).add(a1);
        a2 = shorts(w, from + 2 * columns + c).mul(v).add(a2);
        a3 = shorts(w, from + 3 * columns + c).mul(v).add(a3);
      }
      sum0 = wide(a0).add(sum0);
      sum1 = wide(a1).add(sum1);
      sum2 = wide(a2).add(sum2);
      sum3 = wide(a3).add(sum3);
    }
    y[to] = sum0.reduceLanes(ADD);
    y[to + 1] = sum1.reduceLanes(ADD);
    y[to + 2] = sum2.reduceLanes(ADD);
    y[to + 3] = sum3.reduceLanes(ADD);
  }

  private static ShortVector shorts(byte[] bytes, int at) {
    return (ShortVector) ByteVector.fromArray(BYTE, bytes, at).convertShape(B2S, SHORT, 0);
  }

  private static IntVector wide(ShortVector sums) {
    return ((IntVector) sums.convertShape(S2I, INT, 0))
        .add((IntVector) sums.convertShape(S2I, INT, 1));
  }
}
