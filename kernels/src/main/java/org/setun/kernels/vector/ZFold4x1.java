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
 * Ternary matrix product, Z-fold, 4 pixels × 1 vector of output channels.
 *
 * <pre>{@code
 *             panel of P channels, one 64-trit word of K in each lane
 *            ┌────────┐
 *            │ wm  ws │
 *            └────────┘
 *   pixel 0  │ o0 n0  │
 *   pixel 1  │ o1 n1  │
 *   pixel 2  │ o2 n2  │
 *   pixel 3  │ o3 n3  │
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
 * operations for 512 products (a gated xor needs 6), bound by two vector ports to 205 products a
 * cycle. Four pixels serve the maps whose size is a power of two. With 16 registers and an emulated
 * popcount, 4 accumulators go to the stack.
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
    return 21;
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
    LongVector o2 = LongVector.zero(LONG);
    LongVector n2 = o2;
    LongVector o3 = LongVector.zero(LONG);
    LongVector n3 = o3;
    for (int k = 0; k < words; k++) {
      int i = aOffset + k * 8;
      LongVector wm = LongVector.fromArray(LONG, w, wOffset + k * 2 * LONGS);
      LongVector ws = LongVector.fromArray(LONG, w, wOffset + k * 2 * LONGS + LONGS);
      // The views as ints keep C2 from merging the majority with the operations before it, which it
      // would then repeat (4 or 5
      // operations for 1).

      LongVector l0 = wm.and(LongVector.broadcast(LONG, a[i])).lanewise(XOR, o0);
      IntVector s0 = ws.lanewise(XOR, LongVector.broadcast(LONG, a[i + 1])).reinterpretAsInts();
      IntVector p0 = o0.reinterpretAsInts();
      IntVector q0 = l0.reinterpretAsInts();
      IntVector h0 = p0.and(q0).or(s0.and(p0.or(q0)));
      n0 = h0.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n0);
      o0 = l0;

      LongVector l1 = wm.and(LongVector.broadcast(LONG, a[i + 2])).lanewise(XOR, o1);
      IntVector s1 = ws.lanewise(XOR, LongVector.broadcast(LONG, a[i + 3])).reinterpretAsInts();
      IntVector p1 = o1.reinterpretAsInts();
      IntVector q1 = l1.reinterpretAsInts();
      IntVector h1 = p1.and(q1).or(s1.and(p1.or(q1)));
      n1 = h1.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n1);
      o1 = l1;

      LongVector l2 = wm.and(LongVector.broadcast(LONG, a[i + 4])).lanewise(XOR, o2);
      IntVector s2 = ws.lanewise(XOR, LongVector.broadcast(LONG, a[i + 5])).reinterpretAsInts();
      IntVector p2 = o2.reinterpretAsInts();
      IntVector q2 = l2.reinterpretAsInts();
      IntVector h2 = p2.and(q2).or(s2.and(p2.or(q2)));
      n2 = h2.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n2);
      o2 = l2;

      LongVector l3 = wm.and(LongVector.broadcast(LONG, a[i + 6])).lanewise(XOR, o3);
      IntVector s3 = ws.lanewise(XOR, LongVector.broadcast(LONG, a[i + 7])).reinterpretAsInts();
      IntVector p3 = o3.reinterpretAsInts();
      IntVector q3 = l3.reinterpretAsInts();
      IntVector h3 = p3.and(q3).or(s3.and(p3.or(q3)));
      n3 = h3.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n3);
      o3 = l3;
    }
    LongVector y0 = n0.add(n0).sub(o0.lanewise(BIT_COUNT));
    ((IntVector) y0.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 0 * stride);

    LongVector y1 = n1.add(n1).sub(o1.lanewise(BIT_COUNT));
    ((IntVector) y1.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 1 * stride);

    LongVector y2 = n2.add(n2).sub(o2.lanewise(BIT_COUNT));
    ((IntVector) y2.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 2 * stride);

    LongVector y3 = n3.add(n3).sub(o3.lanewise(BIT_COUNT));
    ((IntVector) y3.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 3 * stride);
  }
}
