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
 * Ternary matrix × vector product, Z-fold (see {@link ZFold7x1}), 1 pixel × 4 vectors of output
 * channels: for a single input, where every weight is used once and four independent chains hide
 * the latency of the fold.
 */
final class ZFold1x4 implements TernaryGemm {
  @Override
  public String name() {
    return "zfold-1x4-" + LONG.vectorBitSize();
  }

  @Override
  public int pixels() {
    return 1;
  }

  @Override
  public int channels() {
    return 4 * LONGS;
  }

  @Override
  public int operations(int words, boolean popcountInstruction) {
    return 4 * Species.zFoldOperations(words, popcountInstruction);
  }

  @Override
  public int registers() {
    return 20;
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
      int i = wOffset + k * 8 * LONGS;
      LongVector am = LongVector.broadcast(LONG, a[aOffset + 2 * k]);
      LongVector as = LongVector.broadcast(LONG, a[aOffset + 2 * k + 1]);

      LongVector l0 = am.and(LongVector.fromArray(LONG, w, i)).lanewise(XOR, o0);
      IntVector s0 =
          as.lanewise(XOR, LongVector.fromArray(LONG, w, i + 4 * LONGS)).reinterpretAsInts();
      IntVector p0 = o0.reinterpretAsInts();
      IntVector q0 = l0.reinterpretAsInts();
      IntVector h0 = p0.and(q0).or(s0.and(p0.or(q0)));
      n0 = h0.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n0);
      o0 = l0;

      LongVector l1 = am.and(LongVector.fromArray(LONG, w, i + LONGS)).lanewise(XOR, o1);
      IntVector s1 =
          as.lanewise(XOR, LongVector.fromArray(LONG, w, i + 5 * LONGS)).reinterpretAsInts();
      IntVector p1 = o1.reinterpretAsInts();
      IntVector q1 = l1.reinterpretAsInts();
      IntVector h1 = p1.and(q1).or(s1.and(p1.or(q1)));
      n1 = h1.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n1);
      o1 = l1;

      LongVector l2 = am.and(LongVector.fromArray(LONG, w, i + 2 * LONGS)).lanewise(XOR, o2);
      IntVector s2 =
          as.lanewise(XOR, LongVector.fromArray(LONG, w, i + 6 * LONGS)).reinterpretAsInts();
      IntVector p2 = o2.reinterpretAsInts();
      IntVector q2 = l2.reinterpretAsInts();
      IntVector h2 = p2.and(q2).or(s2.and(p2.or(q2)));
      n2 = h2.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n2);
      o2 = l2;

      LongVector l3 = am.and(LongVector.fromArray(LONG, w, i + 3 * LONGS)).lanewise(XOR, o3);
      IntVector s3 =
          as.lanewise(XOR, LongVector.fromArray(LONG, w, i + 7 * LONGS)).reinterpretAsInts();
      IntVector p3 = o3.reinterpretAsInts();
      IntVector q3 = l3.reinterpretAsInts();
      IntVector h3 = p3.and(q3).or(s3.and(p3.or(q3)));
      n3 = h3.reinterpretAsLongs().lanewise(BIT_COUNT).sub(n3);
      o3 = l3;
    }
    LongVector y0 = n0.add(n0).sub(o0.lanewise(BIT_COUNT));
    ((IntVector) y0.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset);

    LongVector y1 = n1.add(n1).sub(o1.lanewise(BIT_COUNT));
    ((IntVector) y1.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + LONGS);

    LongVector y2 = n2.add(n2).sub(o2.lanewise(BIT_COUNT));
    ((IntVector) y2.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 2 * LONGS);

    LongVector y3 = n3.add(n3).sub(o3.lanewise(BIT_COUNT));
    ((IntVector) y3.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset + 3 * LONGS);
  }
}
