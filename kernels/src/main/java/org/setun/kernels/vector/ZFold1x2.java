// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.L2I;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.setun.kernels.vector.Species.INT_PER_LONG;
import static org.setun.kernels.vector.Species.LONG;
import static org.setun.kernels.vector.Species.LONGS;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import org.setun.kernels.op.TernaryGemm;

/**
 * Ternary matrix × vector product, Z-fold (see {@link ZFold7x1}), 1 pixel × 2 vectors of output
 * channels: for a single input on machines with 16 registers, where the popcount takes several for
 * itself and {@link ZFold1x4} keeps accumulators on the stack. The majority is {@code o ^ (z & (o ^
 * s))} of the nonzero products z: 3 operations instead of 4 where there is no ternary logic.
 */
final class ZFold1x2 implements TernaryGemm {
  @Override
  public String name() {
    return "zfold-1x2-" + LONG.vectorBitSize();
  }

  @Override
  public int pixels() {
    return 1;
  }

  @Override
  public int channels() {
    return 2 * LONGS;
  }

  @Override
  public int operations(int words, boolean popcountInstruction) {
    return 2 * Species.zFoldOperations(words, popcountInstruction);
  }

  @Override
  public int registers() {
    return 14;
  }

  @Override
  public boolean alternatesSign() {
    return true;
  }

  @Override
  public void tile(
      long[] a,
      int aOffset,
      long[] w,
      int wOffset,
      int words,
      int[] counts,
      int cOffset,
      int stride) {
    LongVector o0 = LongVector.zero(LONG);
    LongVector n0 = o0;
    LongVector o1 = LongVector.zero(LONG);
    LongVector n1 = o1;
    for (int k = 0; k < words; k++) {
      int i = wOffset + k * 4 * LONGS;
      LongVector am = LongVector.broadcast(LONG, a[aOffset + 2 * k]);
      LongVector as = LongVector.broadcast(LONG, a[aOffset + 2 * k + 1]);

      LongVector z0 = am.and(LongVector.fromArray(LONG, w, i));
      LongVector s0 = as.lanewise(XOR, LongVector.fromArray(LONG, w, i + 2 * LONGS));
      LongVector h0 = s0.lanewise(XOR, o0).and(z0).lanewise(XOR, o0);
      n0 = h0.lanewise(BIT_COUNT).sub(n0);
      o0 = z0.lanewise(XOR, o0);

      LongVector z1 = am.and(LongVector.fromArray(LONG, w, i + LONGS));
      LongVector s1 = as.lanewise(XOR, LongVector.fromArray(LONG, w, i + 3 * LONGS));
      LongVector h1 = s1.lanewise(XOR, o1).and(z1).lanewise(XOR, o1);
      n1 = h1.lanewise(BIT_COUNT).sub(n1);
      o1 = z1.lanewise(XOR, o1);
    }
    LongVector y0 = n0.add(n0).sub(o0.lanewise(BIT_COUNT));
    ((IntVector) y0.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset);

    LongVector y1 = n1.add(n1).sub(o1.lanewise(BIT_COUNT));
    ((IntVector) y1.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + LONGS);
  }
}
