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
 * Ternary matrix product, Z-fold, 7 pixels × 1 vector of output channels.
 *
 * <pre>{@code
 *             panel of P channels, one 64-trit word of K in each lane
 *            ┌────────┐
 *            │  m  s  │
 *            └────────┘
 *   pixel 0  │ o0 n0  │
 *   ...      │  ...   │
 *   pixel 6  │ o6 n6  │
 *
 * for every word k:  l = o ^ (am & wm)         parity of the nonzero products so far
 *                    S = as ^ ws               sign; the packing of w inverts it in the last
 *                                              word and every other before
 *                    n = popcount(majority(o, l, S)) - n
 *                    o = l
 * count = 2 n - popcount(o)
 * }</pre>
 *
 * <p>Where a product is zero, o = l and the majority is o; the alternating signs cancel such bits
 * against the parity's own count. Where it is not, o and l differ and the majority is S. That is 5
 * operations for 512 products (a gated xor needs 6).
 *
 * <p>l is made one word ahead, and S by way of ints: C2 would merge the majority with operations
 * before it in the same iteration and on the same type, and repeat them. S stands first where a
 * register may be overwritten; with o or l there C2 copies both in every step.
 *
 * <p>Seven pixels divide every map of a network for 224×224 images (56², 28², 14², 7²), so no tile
 * is padding; 21 accumulators, 2 weights and the temporaries fit into 32 registers.
 */
final class ZFold7x1 implements TernaryGemm {
  @Override
  public String name() {
    return "zfold-7x1-" + LONG.vectorBitSize();
  }

  @Override
  public int pixels() {
    return 7;
  }

  @Override
  public int channels() {
    return LONGS;
  }

  @Override
  public int operations(int words, boolean popcountInstruction) {
    return 7 * Species.zFoldOperations(words, popcountInstruction);
  }

  @Override
  public int registers() {
    return 27;
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
    LongVector o4 = LongVector.zero(LONG);
    LongVector n4 = LongVector.zero(LONG);
    LongVector o5 = LongVector.zero(LONG);
    LongVector n5 = LongVector.zero(LONG);
    LongVector o6 = LongVector.zero(LONG);
    LongVector n6 = LongVector.zero(LONG);
    int i = aOffset;
    int j = wOffset;
    LongVector m = LongVector.fromArray(LONG, w, j);
    LongVector l0 = m.and(LongVector.broadcast(LONG, a[i]));
    LongVector l1 = m.and(LongVector.broadcast(LONG, a[i + 2]));
    LongVector l2 = m.and(LongVector.broadcast(LONG, a[i + 4]));
    LongVector l3 = m.and(LongVector.broadcast(LONG, a[i + 6]));
    LongVector l4 = m.and(LongVector.broadcast(LONG, a[i + 8]));
    LongVector l5 = m.and(LongVector.broadcast(LONG, a[i + 10]));
    LongVector l6 = m.and(LongVector.broadcast(LONG, a[i + 12]));
    int last = words - 1;
    for (int k = 0; k < last; k++) {
      i = aOffset + k * 14;
      j = wOffset + k * 2 * LONGS;
      IntVector s = LongVector.fromArray(LONG, w, j + LONGS).reinterpretAsInts();
      m = LongVector.fromArray(LONG, w, j + 2 * LONGS);
      LongVector x0 = LongVector.broadcast(LONG, a[i + 1]);
      LongVector s0 = s.lanewise(XOR, x0.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h0 = o0.and(s0.or(l0)).or(s0.and(l0));
      n0 = h0.lanewise(BIT_COUNT).sub(n0);
      o0 = l0;
      l0 = m.and(LongVector.broadcast(LONG, a[i + 14])).lanewise(XOR, l0);
      LongVector x1 = LongVector.broadcast(LONG, a[i + 3]);
      LongVector s1 = s.lanewise(XOR, x1.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h1 = o1.and(s1.or(l1)).or(s1.and(l1));
      n1 = h1.lanewise(BIT_COUNT).sub(n1);
      o1 = l1;
      l1 = m.and(LongVector.broadcast(LONG, a[i + 16])).lanewise(XOR, l1);
      LongVector x2 = LongVector.broadcast(LONG, a[i + 5]);
      LongVector s2 = s.lanewise(XOR, x2.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h2 = o2.and(s2.or(l2)).or(s2.and(l2));
      n2 = h2.lanewise(BIT_COUNT).sub(n2);
      o2 = l2;
      l2 = m.and(LongVector.broadcast(LONG, a[i + 18])).lanewise(XOR, l2);
      LongVector x3 = LongVector.broadcast(LONG, a[i + 7]);
      LongVector s3 = s.lanewise(XOR, x3.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h3 = o3.and(s3.or(l3)).or(s3.and(l3));
      n3 = h3.lanewise(BIT_COUNT).sub(n3);
      o3 = l3;
      l3 = m.and(LongVector.broadcast(LONG, a[i + 20])).lanewise(XOR, l3);
      LongVector x4 = LongVector.broadcast(LONG, a[i + 9]);
      LongVector s4 = s.lanewise(XOR, x4.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h4 = o4.and(s4.or(l4)).or(s4.and(l4));
      n4 = h4.lanewise(BIT_COUNT).sub(n4);
      o4 = l4;
      l4 = m.and(LongVector.broadcast(LONG, a[i + 22])).lanewise(XOR, l4);
      LongVector x5 = LongVector.broadcast(LONG, a[i + 11]);
      LongVector s5 = s.lanewise(XOR, x5.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h5 = o5.and(s5.or(l5)).or(s5.and(l5));
      n5 = h5.lanewise(BIT_COUNT).sub(n5);
      o5 = l5;
      l5 = m.and(LongVector.broadcast(LONG, a[i + 24])).lanewise(XOR, l5);
      LongVector x6 = LongVector.broadcast(LONG, a[i + 13]);
      LongVector s6 = s.lanewise(XOR, x6.reinterpretAsInts()).reinterpretAsLongs();
      LongVector h6 = o6.and(s6.or(l6)).or(s6.and(l6));
      n6 = h6.lanewise(BIT_COUNT).sub(n6);
      o6 = l6;
      l6 = m.and(LongVector.broadcast(LONG, a[i + 26])).lanewise(XOR, l6);
    }
    i = aOffset + last * 14;
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
    LongVector x4 = LongVector.broadcast(LONG, a[i + 9]);
    LongVector s4 = s.lanewise(XOR, x4.reinterpretAsInts()).reinterpretAsLongs();
    LongVector h4 = o4.and(s4.or(l4)).or(s4.and(l4));
    n4 = h4.lanewise(BIT_COUNT).sub(n4);
    LongVector y4 = n4.add(n4).sub(l4.lanewise(BIT_COUNT));
    ((IntVector) y4.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 4 * stride);
    LongVector x5 = LongVector.broadcast(LONG, a[i + 11]);
    LongVector s5 = s.lanewise(XOR, x5.reinterpretAsInts()).reinterpretAsLongs();
    LongVector h5 = o5.and(s5.or(l5)).or(s5.and(l5));
    n5 = h5.lanewise(BIT_COUNT).sub(n5);
    LongVector y5 = n5.add(n5).sub(l5.lanewise(BIT_COUNT));
    ((IntVector) y5.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 5 * stride);
    LongVector x6 = LongVector.broadcast(LONG, a[i + 13]);
    LongVector s6 = s.lanewise(XOR, x6.reinterpretAsInts()).reinterpretAsLongs();
    LongVector h6 = o6.and(s6.or(l6)).or(s6.and(l6));
    n6 = h6.lanewise(BIT_COUNT).sub(n6);
    LongVector y6 = n6.add(n6).sub(l6.lanewise(BIT_COUNT));
    ((IntVector) y6.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 6 * stride);
  }
}
