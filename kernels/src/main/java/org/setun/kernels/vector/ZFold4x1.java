// SPDX-License-Identifier: Apache-2.0
// Written by ZFoldSource: change it there, and run its test with -Dgolden=write.
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
 * Ternary matrix product, Z-fold (see {@link ZFold7x1}), 4 pixels × 1 vector of output channels:
 * for maps whose size is a power of two.
 */
final class ZFold4x1 implements TernaryGemm {
  @Override
  public String name() {
    return "zfold-4x1-" + LONG.vectorBitSize();
  }

  @Override
  public int pixels() {
    return 4;
  }

  @Override
  public int channels() {
    return LONGS;
  }

  @Override
  public int operations(int words, boolean popcountInstruction) {
    return 4 * Species.zFoldOperations(words, popcountInstruction);
  }

  @Override
  public int registers() {
    return 18;
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
    LongVector n0 = LongVector.zero(LONG);
    LongVector o1 = LongVector.zero(LONG);
    LongVector n1 = LongVector.zero(LONG);
    LongVector o2 = LongVector.zero(LONG);
    LongVector n2 = LongVector.zero(LONG);
    LongVector o3 = LongVector.zero(LONG);
    LongVector n3 = LongVector.zero(LONG);
    int i = aOffset;
    int j = wOffset;
    LongVector m = LongVector.fromArray(LONG, w, j);
    LongVector l0 = m.and(LongVector.broadcast(LONG, a[i]));
    LongVector l1 = m.and(LongVector.broadcast(LONG, a[i + 2]));
    LongVector l2 = m.and(LongVector.broadcast(LONG, a[i + 4]));
    LongVector l3 = m.and(LongVector.broadcast(LONG, a[i + 6]));
    int last = words - 1;
    for (int k = 0; k < last; k++) {
      i = aOffset + k * 8;
      j = wOffset + k * 2 * LONGS;
      IntVector s = LongVector.fromArray(LONG, w, j + LONGS).reinterpretAsInts();
      m = LongVector.fromArray(LONG, w, j + 2 * LONGS);
      LongVector x0 = LongVector.broadcast(LONG, a[i + 1]);
      LongVector s0 = s.lanewise(XOR, x0.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h0 = o0.and(s0.or(l0)).or(s0.and(l0));
      n0 = h0.lanewise(BIT_COUNT).sub(n0);
      o0 = l0;
      l0 = m.and(LongVector.broadcast(LONG, a[i + 8])).lanewise(XOR, l0);
      LongVector x1 = LongVector.broadcast(LONG, a[i + 3]);
      LongVector s1 = s.lanewise(XOR, x1.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h1 = o1.and(s1.or(l1)).or(s1.and(l1));
      n1 = h1.lanewise(BIT_COUNT).sub(n1);
      o1 = l1;
      l1 = m.and(LongVector.broadcast(LONG, a[i + 10])).lanewise(XOR, l1);
      LongVector x2 = LongVector.broadcast(LONG, a[i + 5]);
      LongVector s2 = s.lanewise(XOR, x2.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h2 = o2.and(s2.or(l2)).or(s2.and(l2));
      n2 = h2.lanewise(BIT_COUNT).sub(n2);
      o2 = l2;
      l2 = m.and(LongVector.broadcast(LONG, a[i + 12])).lanewise(XOR, l2);
      LongVector x3 = LongVector.broadcast(LONG, a[i + 7]);
      LongVector s3 = s.lanewise(XOR, x3.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h3 = o3.and(s3.or(l3)).or(s3.and(l3));
      n3 = h3.lanewise(BIT_COUNT).sub(n3);
      o3 = l3;
      l3 = m.and(LongVector.broadcast(LONG, a[i + 14])).lanewise(XOR, l3);
    }
    i = aOffset + last * 8;
    j = wOffset + last * 2 * LONGS;
    IntVector s = LongVector.fromArray(LONG, w, j + LONGS).reinterpretAsInts();
    LongVector x0 = LongVector.broadcast(LONG, a[i + 1]);
    LongVector s0 = s.lanewise(XOR, x0.reinterpretAsInts()).reinterpretAsLongs();
    LongVector h0 = o0.and(s0.or(l0)).or(s0.and(l0));
    n0 = h0.lanewise(BIT_COUNT).sub(n0);
    LongVector y0 = n0.add(n0).sub(l0.lanewise(BIT_COUNT));
    ((IntVector) y0.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset);
    LongVector x1 = LongVector.broadcast(LONG, a[i + 3]);
    LongVector s1 = s.lanewise(XOR, x1.reinterpretAsInts()).reinterpretAsLongs();
    LongVector h1 = o1.and(s1.or(l1)).or(s1.and(l1));
    n1 = h1.lanewise(BIT_COUNT).sub(n1);
    LongVector y1 = n1.add(n1).sub(l1.lanewise(BIT_COUNT));
    ((IntVector) y1.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + stride);
    LongVector x2 = LongVector.broadcast(LONG, a[i + 5]);
    LongVector s2 = s.lanewise(XOR, x2.reinterpretAsInts()).reinterpretAsLongs();
    LongVector h2 = o2.and(s2.or(l2)).or(s2.and(l2));
    n2 = h2.lanewise(BIT_COUNT).sub(n2);
    LongVector y2 = n2.add(n2).sub(l2.lanewise(BIT_COUNT));
    ((IntVector) y2.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 2 * stride);
    LongVector x3 = LongVector.broadcast(LONG, a[i + 7]);
    LongVector s3 = s.lanewise(XOR, x3.reinterpretAsInts()).reinterpretAsLongs();
    LongVector h3 = o3.and(s3.or(l3)).or(s3.and(l3));
    n3 = h3.lanewise(BIT_COUNT).sub(n3);
    LongVector y3 = n3.add(n3).sub(l3.lanewise(BIT_COUNT));
    ((IntVector) y3.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 3 * stride);
  }
}
