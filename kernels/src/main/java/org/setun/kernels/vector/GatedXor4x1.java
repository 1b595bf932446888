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
 * Ternary matrix product, gated xor, 4 pixels × 1 vector of output channels: {@code N = am & wm; M
 * = N & (as ^ ws); count = popcount(N) - 2 popcount(M)}. The plain form, 6 operations for 512
 * products and two of them popcounts; kept as the measure of what {@link ZFold7x1} gains.
 */
final class GatedXor4x1 implements TernaryGemm {
  @Override
  public String name() {
    return "gated-xor-4x1-" + LONG.vectorBitSize();
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
    int popcount = Species.popcountOperations(popcountInstruction);
    return 4 * (words * (4 + 2 * popcount) + 3);
  }

  @Override
  public int registers() {
    return 23;
  }

  @Override
  public boolean alternatesSign() {
    return false;
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
    LongVector n0 = LongVector.zero(LONG);
    LongVector m0 = n0;
    LongVector n1 = LongVector.zero(LONG);
    LongVector m1 = n1;
    LongVector n2 = LongVector.zero(LONG);
    LongVector m2 = n2;
    LongVector n3 = LongVector.zero(LONG);
    LongVector m3 = n3;
    for (int k = 0; k < words; k++) {
      int i = aOffset + k * 8;
      LongVector wm = LongVector.fromArray(LONG, w, wOffset + k * 2 * LONGS);
      LongVector ws = LongVector.fromArray(LONG, w, wOffset + k * 2 * LONGS + LONGS);

      LongVector nonzero0 = wm.and(LongVector.broadcast(LONG, a[i]));
      LongVector differ0 = LongVector.broadcast(LONG, a[i + 1]).lanewise(XOR, ws);
      n0 = n0.add(nonzero0.lanewise(BIT_COUNT));
      m0 = m0.add(nonzero0.and(differ0).lanewise(BIT_COUNT));

      LongVector nonzero1 = wm.and(LongVector.broadcast(LONG, a[i + 2]));
      LongVector differ1 = LongVector.broadcast(LONG, a[i + 3]).lanewise(XOR, ws);
      n1 = n1.add(nonzero1.lanewise(BIT_COUNT));
      m1 = m1.add(nonzero1.and(differ1).lanewise(BIT_COUNT));

      LongVector nonzero2 = wm.and(LongVector.broadcast(LONG, a[i + 4]));
      LongVector differ2 = LongVector.broadcast(LONG, a[i + 5]).lanewise(XOR, ws);
      n2 = n2.add(nonzero2.lanewise(BIT_COUNT));
      m2 = m2.add(nonzero2.and(differ2).lanewise(BIT_COUNT));

      LongVector nonzero3 = wm.and(LongVector.broadcast(LONG, a[i + 6]));
      LongVector differ3 = LongVector.broadcast(LONG, a[i + 7]).lanewise(XOR, ws);
      n3 = n3.add(nonzero3.lanewise(BIT_COUNT));
      m3 = m3.add(nonzero3.and(differ3).lanewise(BIT_COUNT));
    }

    ((IntVector) n0.sub(m0).sub(m0).convertShape(L2I, INT_PER_LONG, 0))
        .intoArray(counts, cOffset + 0 * stride);

    ((IntVector) n1.sub(m1).sub(m1).convertShape(L2I, INT_PER_LONG, 0))
        .intoArray(counts, cOffset + 1 * stride);

    ((IntVector) n2.sub(m2).sub(m2).convertShape(L2I, INT_PER_LONG, 0))
        .intoArray(counts, cOffset + 2 * stride);

    ((IntVector) n3.sub(m3).sub(m3).convertShape(L2I, INT_PER_LONG, 0))
        .intoArray(counts, cOffset + 3 * stride);
  }
}
