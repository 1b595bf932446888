// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the source of the Z-fold kernels. C2 keeps a vector in a register only if it is a local
 * variable of its own, so the same six lines stand there for every accumulator.
 *
 * @param name of the class
 * @param pixels rows of a tile; with more than one, each reads the same vector of weights
 * @param vectors of output channels; with more than one, each reads the same pixel
 * @param registers that the machine must have
 * @param javadoc of the class
 */
record ZFoldSource(String name, int pixels, int vectors, int registers, String javadoc) {
  /** All kernels that are written so; {@link ZFold1x2} has another majority. */
  static final List<ZFoldSource> ALL =
      List.of(
          new ZFoldSource(
              "ZFold7x1",
              7,
              1,
              27,
              """
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
              """),
          new ZFoldSource(
              "ZFold4x1",
              4,
              1,
              18,
              """
              /**
               * Ternary matrix product, Z-fold (see {@link ZFold7x1}), 4 pixels × 1 vector of output channels:
               * for maps whose size is a power of two.
               */
              """),
          new ZFoldSource(
              "ZFold1x4",
              1,
              4,
              18,
              """
              /**
               * Ternary matrix × vector product, Z-fold (see {@link ZFold7x1}), 1 pixel × 4 vectors of output
               * channels: for a single input, where every weight is used once and four independent chains hide
               * the latency of the fold.
               */
              """));

  /** The source file, in the format of google-java-format. */
  String text() {
    return """
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

    %sfinal class %s implements TernaryGemm {
      @Override
      public String name() {
        return "zfold-%dx%d-" + LONG.vectorBitSize();
      }

      @Override
      public int pixels() {
        return %d;
      }

      @Override
      public int channels() {
        return %s;
      }

      @Override
      public int operations(int words, boolean popcountInstruction) {
        return %d * Species.zFoldOperations(words, popcountInstruction);
      }

      @Override
      public int registers() {
        return %d;
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
    %s  }
    }
    """
        .formatted(
            javadoc,
            name,
            pixels,
            vectors,
            pixels,
            vectors == 1 ? "LONGS" : vectors + " * LONGS",
            units(),
            registers,
            tile());
  }

  /** Accumulators: pixels or vectors. */
  private int units() {
    return pixels * vectors;
  }

  private String tile() {
    return each(
            unit ->
                """
                    LongVector o%1$d = LongVector.zero(LONG);
                    LongVector n%1$d = LongVector.zero(LONG);
                """
                    .formatted(unit))
        + """
            int i = aOffset;
            int j = wOffset;
            LongVector m = %s;
        """
            .formatted(shared(0))
        + each(unit -> "    LongVector l%d = m.and(%s);\n".formatted(unit, own(0, unit)))
        + """
            int last = words - 1;
            for (int k = 0; k < last; k++) {
              i = aOffset + k * %d;
              j = wOffset + k * %d * LONGS;
              IntVector s = %s.reinterpretAsInts();
              m = %s;
        """
            .formatted(2 * pixels, 2 * vectors, shared(1), shared(2))
        + each(
            unit ->
                majority(unit).indent(2)
                    + """

                          o%1$d = l%1$d;
                          l%1$d = m.and(%2$s).lanewise(XOR, l%1$d);
                    """
                        .substring(1)
                        .formatted(unit, own(2, unit)))
        + """
            }
            i = aOffset + last * %d;
            j = wOffset + last * %d * LONGS;
            IntVector s = %s.reinterpretAsInts();
        """
            .formatted(2 * pixels, 2 * vectors, shared(1))
        + each(
            unit ->
                majority(unit)
                    + """
                        LongVector y%1$d = n%1$d.add(n%1$d).sub(l%1$d.lanewise(BIT_COUNT));
                        ((IntVector) y%1$d.convertShape(L2I, INT_PER_LONG, 0)).intoArray(counts, cOffset%2$s);
                    """
                        .formatted(unit, plus(unit, vectors == 1 ? "stride" : "LONGS")));
  }

  private String majority(int unit) {
    return """
        LongVector x%1$d = %2$s;
        LongVector s%1$d = s.lanewise(XOR, x%1$d.reinterpretAsInts()).reinterpretAsLongs();
        LongVector h%1$d = o%1$d.and(s%1$d.or(l%1$d)).or(s%1$d.and(l%1$d));
        n%1$d = h%1$d.lanewise(BIT_COUNT).sub(n%1$d);
    """
        .formatted(unit, own(1, unit));
  }

  /**
   * What all accumulators read.
   *
   * @param plane 0 for the nonzero trits of a word, 1 for the signs, 2 for the next word's trits
   */
  private String shared(int plane) {
    return vectors == 1
        ? "LongVector.fromArray(LONG, w, j" + plus(plane, "LONGS") + ")"
        : "LongVector.broadcast(LONG, a[i" + plus(plane, "") + "])";
  }

  /** What an accumulator reads for itself. */
  private String own(int plane, int unit) {
    return vectors == 1
        ? "LongVector.broadcast(LONG, a[i"
            + plus(plane / 2 * 2 * pixels + 2 * unit + plane % 2, "")
            + "])"
        : "LongVector.fromArray(LONG, w, j" + plus(plane * vectors + unit, "LONGS") + ")";
  }

  private static String plus(int count, String unit) {
    if (count == 0) {
      return "";
    }
    return unit.isEmpty() ? " + " + count : " + " + (count == 1 ? "" : count + " * ") + unit;
  }

  private String each(IntFunction<String> text) {
    return IntStream.range(0, units()).mapToObj(text).collect(Collectors.joining());
  }
}
