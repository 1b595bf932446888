// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;
import static org.setun.kernels.vector.Species.BYTE;
import static org.setun.kernels.vector.Species.BYTES;
import static org.setun.kernels.vector.Species.BYTES_64;
import static org.setun.kernels.vector.Species.INTS_OF_8;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import org.setun.kernels.op.BitSlicedCounts;

/**
 * Eight planes at a time: transposes 8×8 bits across eight registers by exchanges of 4, 2 and 1
 * bits, which makes bytes of the planes' bits; for the lanes' own order transposes 8×8 bytes within
 * 64 bits likewise. The bytes of planes 0 to 7 and of those above are then joined.
 */
final class VectorBitSlicedCounts implements BitSlicedCounts {
  private static final long NIBBLES = 0x0F0F0F0F0F0F0F0FL;
  private static final long PAIRS = 0x3333333333333333L;
  private static final long SINGLES = 0x5555555555555555L;
  private static final long INTS = 0x00000000FFFFFFFFL;
  private static final long SHORTS = 0x0000FFFF0000FFFFL;
  private static final long BYTES_OF_SHORTS = 0x00FF00FF00FF00FFL;

  @Override
  public void inOrder(
      byte[] counters, int at, int planes, int bias, byte[] work, int[] out, int to) {
    transpose(counters, at, planes, work);
    transposeBytes(work, 0);
    transposeBytes(work, 8 * BYTES);
    for (int row = 0; row < BYTES; row += Long.BYTES) {
      for (int i = 0; i < 8; i++) {
        join(work, i * BYTES + row, bias, out, to + Byte.SIZE * (row + i));
      }
    }
  }

  @Override
  public void interleaved(
      byte[] counters, int at, int planes, int bias, byte[] work, int[] out, int to) {
    transpose(counters, at, planes, work);
    for (int i = 0; i < 8 * BYTES; i += 8) {
      join(work, i, bias, out, to + i);
    }
    if (planes > 16) {
      transposeEight(counters, at + 16 * BYTES, work, 16 * BYTES);
      for (int i = 0; i < 8 * BYTES; i += 8) {
        addHighest(work, 16 * BYTES + i, out, to + i);
      }
    }
  }

  /** Adds the third byte of eight sums. */
  private static void addHighest(byte[] work, int from, int[] out, int to) {
    ByteVector highest = ByteVector.fromArray(BYTES_64, work, from);
    ((IntVector) highest.convertShape(ZERO_EXTEND_B2I, INTS_OF_8, 0))
        .lanewise(LSHL, Short.SIZE)
        .add(IntVector.fromArray(INTS_OF_8, out, to))
        .intoArray(out, to);
    if (INTS_OF_8.length() < 8) {
      ((IntVector) highest.convertShape(ZERO_EXTEND_B2I, INTS_OF_8, 1))
          .lanewise(LSHL, Short.SIZE)
          .add(IntVector.fromArray(INTS_OF_8, out, to + 4))
          .intoArray(out, to + 4);
    }
  }

  private static void transpose(byte[] counters, int at, int planes, byte[] work) {
    transposeEight(counters, at, work, 0);
    if (planes > 12) {
      transposeEight(counters, at + 8 * BYTES, work, 8 * BYTES);
    } else {
      transposeFour(counters, at + 8 * BYTES, work, 8 * BYTES);
    }
  }

  /** Eight sums, whose low bytes lie at {@code from} and the high ones a half further on. */
  private static void join(byte[] work, int from, int bias, int[] out, int to) {
    ByteVector low = ByteVector.fromArray(BYTES_64, work, from);
    ByteVector high = ByteVector.fromArray(BYTES_64, work, from + 8 * BYTES);
    ((IntVector) low.convertShape(ZERO_EXTEND_B2I, INTS_OF_8, 0))
        .or(
            ((IntVector) high.convertShape(ZERO_EXTEND_B2I, INTS_OF_8, 0))
                .lanewise(LSHL, Byte.SIZE))
        .sub(bias)
        .intoArray(out, to);
    if (INTS_OF_8.length() < 8) {
      ((IntVector) low.convertShape(ZERO_EXTEND_B2I, INTS_OF_8, 1))
          .or(
              ((IntVector) high.convertShape(ZERO_EXTEND_B2I, INTS_OF_8, 1))
                  .lanewise(LSHL, Byte.SIZE))
          .sub(bias)
          .intoArray(out, to + 4);
    }
  }

  private static void transposeEight(byte[] counters, int at, byte[] work, int to) {
    LongVector a = ByteVector.fromArray(BYTE, counters, at).reinterpretAsLongs();
    LongVector b = ByteVector.fromArray(BYTE, counters, at + BYTES).reinterpretAsLongs();
    LongVector c = ByteVector.fromArray(BYTE, counters, at + 2 * BYTES).reinterpretAsLongs();
    LongVector d = ByteVector.fromArray(BYTE, counters, at + 3 * BYTES).reinterpretAsLongs();
    LongVector e = ByteVector.fromArray(BYTE, counters, at + 4 * BYTES).reinterpretAsLongs();
    LongVector f = ByteVector.fromArray(BYTE, counters, at + 5 * BYTES).reinterpretAsLongs();
    LongVector g = ByteVector.fromArray(BYTE, counters, at + 6 * BYTES).reinterpretAsLongs();
    LongVector h = ByteVector.fromArray(BYTE, counters, at + 7 * BYTES).reinterpretAsLongs();
    LongVector tae4 = a.lanewise(LSHR, 4).lanewise(XOR, e).and(NIBBLES);
    e = e.lanewise(XOR, tae4);
    a = a.lanewise(XOR, tae4.lanewise(LSHL, 4));
    LongVector tbf4 = b.lanewise(LSHR, 4).lanewise(XOR, f).and(NIBBLES);
    f = f.lanewise(XOR, tbf4);
    b = b.lanewise(XOR, tbf4.lanewise(LSHL, 4));
    LongVector tcg4 = c.lanewise(LSHR, 4).lanewise(XOR, g).and(NIBBLES);
    g = g.lanewise(XOR, tcg4);
    c = c.lanewise(XOR, tcg4.lanewise(LSHL, 4));
    LongVector tdh4 = d.lanewise(LSHR, 4).lanewise(XOR, h).and(NIBBLES);
    h = h.lanewise(XOR, tdh4);
    d = d.lanewise(XOR, tdh4.lanewise(LSHL, 4));
    LongVector tac2 = a.lanewise(LSHR, 2).lanewise(XOR, c).and(PAIRS);
    c = c.lanewise(XOR, tac2);
    a = a.lanewise(XOR, tac2.lanewise(LSHL, 2));
    LongVector tbd2 = b.lanewise(LSHR, 2).lanewise(XOR, d).and(PAIRS);
    d = d.lanewise(XOR, tbd2);
    b = b.lanewise(XOR, tbd2.lanewise(LSHL, 2));
    LongVector teg2 = e.lanewise(LSHR, 2).lanewise(XOR, g).and(PAIRS);
    g = g.lanewise(XOR, teg2);
    e = e.lanewise(XOR, teg2.lanewise(LSHL, 2));
    LongVector tfh2 = f.lanewise(LSHR, 2).lanewise(XOR, h).and(PAIRS);
    h = h.lanewise(XOR, tfh2);
    f = f.lanewise(XOR, tfh2.lanewise(LSHL, 2));
    LongVector tab1 = a.lanewise(LSHR, 1).lanewise(XOR, b).and(SINGLES);
    b = b.lanewise(XOR, tab1);
    a = a.lanewise(XOR, tab1.lanewise(LSHL, 1));
    LongVector tcd1 = c.lanewise(LSHR, 1).lanewise(XOR, d).and(SINGLES);
    d = d.lanewise(XOR, tcd1);
    c = c.lanewise(XOR, tcd1.lanewise(LSHL, 1));
    LongVector tef1 = e.lanewise(LSHR, 1).lanewise(XOR, f).and(SINGLES);
    f = f.lanewise(XOR, tef1);
    e = e.lanewise(XOR, tef1.lanewise(LSHL, 1));
    LongVector tgh1 = g.lanewise(LSHR, 1).lanewise(XOR, h).and(SINGLES);
    h = h.lanewise(XOR, tgh1);
    g = g.lanewise(XOR, tgh1.lanewise(LSHL, 1));
    a.reinterpretAsBytes().intoArray(work, to);
    b.reinterpretAsBytes().intoArray(work, to + BYTES);
    c.reinterpretAsBytes().intoArray(work, to + 2 * BYTES);
    d.reinterpretAsBytes().intoArray(work, to + 3 * BYTES);
    e.reinterpretAsBytes().intoArray(work, to + 4 * BYTES);
    f.reinterpretAsBytes().intoArray(work, to + 5 * BYTES);
    g.reinterpretAsBytes().intoArray(work, to + 6 * BYTES);
    h.reinterpretAsBytes().intoArray(work, to + 7 * BYTES);
  }

  /** As {@link #transposeEight} where the upper four planes are 0. */
  private static void transposeFour(byte[] counters, int at, byte[] work, int to) {
    LongVector a = ByteVector.fromArray(BYTE, counters, at).reinterpretAsLongs();
    LongVector b = ByteVector.fromArray(BYTE, counters, at + BYTES).reinterpretAsLongs();
    LongVector c = ByteVector.fromArray(BYTE, counters, at + 2 * BYTES).reinterpretAsLongs();
    LongVector d = ByteVector.fromArray(BYTE, counters, at + 3 * BYTES).reinterpretAsLongs();
    LongVector e = a.lanewise(LSHR, 4).and(NIBBLES);
    a = a.and(NIBBLES);
    LongVector f = b.lanewise(LSHR, 4).and(NIBBLES);
    b = b.and(NIBBLES);
    LongVector g = c.lanewise(LSHR, 4).and(NIBBLES);
    c = c.and(NIBBLES);
    LongVector h = d.lanewise(LSHR, 4).and(NIBBLES);
    d = d.and(NIBBLES);
    LongVector tac2 = a.lanewise(LSHR, 2).lanewise(XOR, c).and(PAIRS);
    c = c.lanewise(XOR, tac2);
    a = a.lanewise(XOR, tac2.lanewise(LSHL, 2));
    LongVector tbd2 = b.lanewise(LSHR, 2).lanewise(XOR, d).and(PAIRS);
    d = d.lanewise(XOR, tbd2);
    b = b.lanewise(XOR, tbd2.lanewise(LSHL, 2));
    LongVector teg2 = e.lanewise(LSHR, 2).lanewise(XOR, g).and(PAIRS);
    g = g.lanewise(XOR, teg2);
    e = e.lanewise(XOR, teg2.lanewise(LSHL, 2));
    LongVector tfh2 = f.lanewise(LSHR, 2).lanewise(XOR, h).and(PAIRS);
    h = h.lanewise(XOR, tfh2);
    f = f.lanewise(XOR, tfh2.lanewise(LSHL, 2));
    LongVector tab1 = a.lanewise(LSHR, 1).lanewise(XOR, b).and(SINGLES);
    b = b.lanewise(XOR, tab1);
    a = a.lanewise(XOR, tab1.lanewise(LSHL, 1));
    LongVector tcd1 = c.lanewise(LSHR, 1).lanewise(XOR, d).and(SINGLES);
    d = d.lanewise(XOR, tcd1);
    c = c.lanewise(XOR, tcd1.lanewise(LSHL, 1));
    LongVector tef1 = e.lanewise(LSHR, 1).lanewise(XOR, f).and(SINGLES);
    f = f.lanewise(XOR, tef1);
    e = e.lanewise(XOR, tef1.lanewise(LSHL, 1));
    LongVector tgh1 = g.lanewise(LSHR, 1).lanewise(XOR, h).and(SINGLES);
    h = h.lanewise(XOR, tgh1);
    g = g.lanewise(XOR, tgh1.lanewise(LSHL, 1));
    a.reinterpretAsBytes().intoArray(work, to);
    b.reinterpretAsBytes().intoArray(work, to + BYTES);
    c.reinterpretAsBytes().intoArray(work, to + 2 * BYTES);
    d.reinterpretAsBytes().intoArray(work, to + 3 * BYTES);
    e.reinterpretAsBytes().intoArray(work, to + 4 * BYTES);
    f.reinterpretAsBytes().intoArray(work, to + 5 * BYTES);
    g.reinterpretAsBytes().intoArray(work, to + 6 * BYTES);
    h.reinterpretAsBytes().intoArray(work, to + 7 * BYTES);
  }

  /** Byte {@code i} of register {@code j} becomes byte {@code j} of register {@code i}. */
  private static void transposeBytes(byte[] work, int to) {
    LongVector a = ByteVector.fromArray(BYTE, work, to).reinterpretAsLongs();
    LongVector b = ByteVector.fromArray(BYTE, work, to + BYTES).reinterpretAsLongs();
    LongVector c = ByteVector.fromArray(BYTE, work, to + 2 * BYTES).reinterpretAsLongs();
    LongVector d = ByteVector.fromArray(BYTE, work, to + 3 * BYTES).reinterpretAsLongs();
    LongVector e = ByteVector.fromArray(BYTE, work, to + 4 * BYTES).reinterpretAsLongs();
    LongVector f = ByteVector.fromArray(BYTE, work, to + 5 * BYTES).reinterpretAsLongs();
    LongVector g = ByteVector.fromArray(BYTE, work, to + 6 * BYTES).reinterpretAsLongs();
    LongVector h = ByteVector.fromArray(BYTE, work, to + 7 * BYTES).reinterpretAsLongs();
    LongVector tae32 = a.lanewise(LSHR, 32).lanewise(XOR, e).and(INTS);
    e = e.lanewise(XOR, tae32);
    a = a.lanewise(XOR, tae32.lanewise(LSHL, 32));
    LongVector tbf32 = b.lanewise(LSHR, 32).lanewise(XOR, f).and(INTS);
    f = f.lanewise(XOR, tbf32);
    b = b.lanewise(XOR, tbf32.lanewise(LSHL, 32));
    LongVector tcg32 = c.lanewise(LSHR, 32).lanewise(XOR, g).and(INTS);
    g = g.lanewise(XOR, tcg32);
    c = c.lanewise(XOR, tcg32.lanewise(LSHL, 32));
    LongVector tdh32 = d.lanewise(LSHR, 32).lanewise(XOR, h).and(INTS);
    h = h.lanewise(XOR, tdh32);
    d = d.lanewise(XOR, tdh32.lanewise(LSHL, 32));
    LongVector tac16 = a.lanewise(LSHR, 16).lanewise(XOR, c).and(SHORTS);
    c = c.lanewise(XOR, tac16);
    a = a.lanewise(XOR, tac16.lanewise(LSHL, 16));
    LongVector tbd16 = b.lanewise(LSHR, 16).lanewise(XOR, d).and(SHORTS);
    d = d.lanewise(XOR, tbd16);
    b = b.lanewise(XOR, tbd16.lanewise(LSHL, 16));
    LongVector teg16 = e.lanewise(LSHR, 16).lanewise(XOR, g).and(SHORTS);
    g = g.lanewise(XOR, teg16);
    e = e.lanewise(XOR, teg16.lanewise(LSHL, 16));
    LongVector tfh16 = f.lanewise(LSHR, 16).lanewise(XOR, h).and(SHORTS);
    h = h.lanewise(XOR, tfh16);
    f = f.lanewise(XOR, tfh16.lanewise(LSHL, 16));
    LongVector tab8 = a.lanewise(LSHR, 8).lanewise(XOR, b).and(BYTES_OF_SHORTS);
    b = b.lanewise(XOR, tab8);
    a = a.lanewise(XOR, tab8.lanewise(LSHL, 8));
    LongVector tcd8 = c.lanewise(LSHR, 8).lanewise(XOR, d).and(BYTES_OF_SHORTS);
    d = d.lanewise(XOR, tcd8);
    c = c.lanewise(XOR, tcd8.lanewise(LSHL, 8));
    LongVector tef8 = e.lanewise(LSHR, 8).lanewise(XOR, f).and(BYTES_OF_SHORTS);
    f = f.lanewise(XOR, tef8);
    e = e.lanewise(XOR, tef8.lanewise(LSHL, 8));
    LongVector tgh8 = g.lanewise(LSHR, 8).lanewise(XOR, h).and(BYTES_OF_SHORTS);
    h = h.lanewise(XOR, tgh8);
    g = g.lanewise(XOR, tgh8.lanewise(LSHL, 8));
    a.reinterpretAsBytes().intoArray(work, to);
    b.reinterpretAsBytes().intoArray(work, to + BYTES);
    c.reinterpretAsBytes().intoArray(work, to + 2 * BYTES);
    d.reinterpretAsBytes().intoArray(work, to + 3 * BYTES);
    e.reinterpretAsBytes().intoArray(work, to + 4 * BYTES);
    f.reinterpretAsBytes().intoArray(work, to + 5 * BYTES);
    g.reinterpretAsBytes().intoArray(work, to + 6 * BYTES);
    h.reinterpretAsBytes().intoArray(work, to + 7 * BYTES);
  }
}
