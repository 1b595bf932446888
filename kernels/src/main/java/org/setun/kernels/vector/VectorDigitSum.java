// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.XOR;
import static org.setun.kernels.vector.Species.BYTE;
import static org.setun.kernels.vector.Species.BYTES;

import jdk.incubator.vector.ByteVector;
import org.setun.kernels.op.DigitSum;

/**
 * The loop over entries is that of {@link VectorBitSlicedSum}, word for word but for the type of
 * the offsets and where they begin (a test compares them): offsets of 16 bits reach 512 columns at
 * 512 bits, and lists cut at that length hold 30 entries each, of which a third would be padding
 * and calls.
 */
final class VectorDigitSum implements DigitSum {
  @Override
  public int lanes() {
    return BYTE.vectorBitSize();
  }

  @Override
  public void add(
      byte[] table,
      int base,
      int[] offsets,
      int from,
      int end,
      byte[] counters,
      int at,
      int planes,
      boolean complement) {
    ByteVector more = ByteVector.zero(BYTE);
    ByteVector ones = ByteVector.zero(BYTE);
    ByteVector twos = ByteVector.zero(BYTE);
    ByteVector fours = ByteVector.zero(BYTE);
    ByteVector eights = ByteVector.zero(BYTE);
    ByteVector s16 = ByteVector.zero(BYTE);
    ByteVector s32 = ByteVector.zero(BYTE);
    ByteVector s64 = ByteVector.zero(BYTE);
    ByteVector s128 = ByteVector.zero(BYTE);
    ByteVector s256 = ByteVector.zero(BYTE);
    for (int i = from; i < end; i += GROUP) {
      int o0 = offsets[i] + base;
      ByteVector z0 = ByteVector.fromArray(BYTE, table, o0 + BYTES);
      ByteVector c0 = z0.and(ones).or(ByteVector.fromArray(BYTE, table, o0));
      ones = z0.lanewise(XOR, ones);

      int o1 = offsets[i + 1] + base;
      ByteVector z1 = ByteVector.fromArray(BYTE, table, o1 + BYTES);
      ByteVector c1 = z1.and(more).or(ByteVector.fromArray(BYTE, table, o1));
      more = z1.lanewise(XOR, more);
      ByteVector x1 = c0.lanewise(XOR, c1);
      ByteVector k2 = x1.and(twos).or(c0.and(c1));
      twos = x1.lanewise(XOR, twos);

      int o2 = offsets[i + 2] + base;
      ByteVector z2 = ByteVector.fromArray(BYTE, table, o2 + BYTES);
      ByteVector c2 = z2.and(ones).or(ByteVector.fromArray(BYTE, table, o2));
      ones = z2.lanewise(XOR, ones);

      int o3 = offsets[i + 3] + base;
      ByteVector z3 = ByteVector.fromArray(BYTE, table, o3 + BYTES);
      ByteVector c3 = z3.and(more).or(ByteVector.fromArray(BYTE, table, o3));
      more = z3.lanewise(XOR, more);
      ByteVector x3 = c2.lanewise(XOR, c3);
      ByteVector k4 = x3.and(twos).or(c2.and(c3));
      twos = x3.lanewise(XOR, twos);
      ByteVector x5 = k2.lanewise(XOR, k4);
      ByteVector k6 = x5.and(fours).or(k2.and(k4));
      fours = x5.lanewise(XOR, fours);

      int o4 = offsets[i + 4] + base;
      ByteVector z4 = ByteVector.fromArray(BYTE, table, o4 + BYTES);
      ByteVector c4 = z4.and(ones).or(ByteVector.fromArray(BYTE, table, o4));
      ones = z4.lanewise(XOR, ones);

      int o5 = offsets[i + 5] + base;
      ByteVector z5 = ByteVector.fromArray(BYTE, table, o5 + BYTES);
      ByteVector c5 = z5.and(more).or(ByteVector.fromArray(BYTE, table, o5));
      more = z5.lanewise(XOR, more);
      ByteVector x7 = c4.lanewise(XOR, c5);
      ByteVector k8 = x7.and(twos).or(c4.and(c5));
      twos = x7.lanewise(XOR, twos);

      int o6 = offsets[i + 6] + base;
      ByteVector z6 = ByteVector.fromArray(BYTE, table, o6 + BYTES);
      ByteVector c6 = z6.and(ones).or(ByteVector.fromArray(BYTE, table, o6));
      ones = z6.lanewise(XOR, ones);

      int o7 = offsets[i + 7] + base;
      ByteVector z7 = ByteVector.fromArray(BYTE, table, o7 + BYTES);
      ByteVector c7 = z7.and(more).or(ByteVector.fromArray(BYTE, table, o7));
      more = z7.lanewise(XOR, more);
      ByteVector x9 = c6.lanewise(XOR, c7);
      ByteVector k10 = x9.and(twos).or(c6.and(c7));
      twos = x9.lanewise(XOR, twos);
      ByteVector x11 = k8.lanewise(XOR, k10);
      ByteVector k12 = x11.and(fours).or(k8.and(k10));
      fours = x11.lanewise(XOR, fours);
      ByteVector x13 = k6.lanewise(XOR, k12);
      ByteVector k14 = x13.and(eights).or(k6.and(k12));
      eights = x13.lanewise(XOR, eights);

      int o8 = offsets[i + 8] + base;
      ByteVector z8 = ByteVector.fromArray(BYTE, table, o8 + BYTES);
      ByteVector c8 = z8.and(ones).or(ByteVector.fromArray(BYTE, table, o8));
      ones = z8.lanewise(XOR, ones);

      int o9 = offsets[i + 9] + base;
      ByteVector z9 = ByteVector.fromArray(BYTE, table, o9 + BYTES);
      ByteVector c9 = z9.and(more).or(ByteVector.fromArray(BYTE, table, o9));
      more = z9.lanewise(XOR, more);
      ByteVector x15 = c8.lanewise(XOR, c9);
      ByteVector k16 = x15.and(twos).or(c8.and(c9));
      twos = x15.lanewise(XOR, twos);

      int o10 = offsets[i + 10] + base;
      ByteVector z10 = ByteVector.fromArray(BYTE, table, o10 + BYTES);
      ByteVector c10 = z10.and(ones).or(ByteVector.fromArray(BYTE, table, o10));
      ones = z10.lanewise(XOR, ones);

      int o11 = offsets[i + 11] + base;
      ByteVector z11 = ByteVector.fromArray(BYTE, table, o11 + BYTES);
      ByteVector c11 = z11.and(more).or(ByteVector.fromArray(BYTE, table, o11));
      more = z11.lanewise(XOR, more);
      ByteVector x17 = c10.lanewise(XOR, c11);
      ByteVector k18 = x17.and(twos).or(c10.and(c11));
      twos = x17.lanewise(XOR, twos);
      ByteVector x19 = k16.lanewise(XOR, k18);
      ByteVector k20 = x19.and(fours).or(k16.and(k18));
      fours = x19.lanewise(XOR, fours);

      int o12 = offsets[i + 12] + base;
      ByteVector z12 = ByteVector.fromArray(BYTE, table, o12 + BYTES);
      ByteVector c12 = z12.and(ones).or(ByteVector.fromArray(BYTE, table, o12));
      ones = z12.lanewise(XOR, ones);

      int o13 = offsets[i + 13] + base;
      ByteVector z13 = ByteVector.fromArray(BYTE, table, o13 + BYTES);
      ByteVector c13 = z13.and(more).or(ByteVector.fromArray(BYTE, table, o13));
      more = z13.lanewise(XOR, more);
      ByteVector x21 = c12.lanewise(XOR, c13);
      ByteVector k22 = x21.and(twos).or(c12.and(c13));
      twos = x21.lanewise(XOR, twos);

      int o14 = offsets[i + 14] + base;
      ByteVector z14 = ByteVector.fromArray(BYTE, table, o14 + BYTES);
      ByteVector c14 = z14.and(ones).or(ByteVector.fromArray(BYTE, table, o14));
      ones = z14.lanewise(XOR, ones);

      int o15 = offsets[i + 15] + base;
      ByteVector z15 = ByteVector.fromArray(BYTE, table, o15 + BYTES);
      ByteVector c15 = z15.and(more).or(ByteVector.fromArray(BYTE, table, o15));
      more = z15.lanewise(XOR, more);
      ByteVector x23 = c14.lanewise(XOR, c15);
      ByteVector k24 = x23.and(twos).or(c14.and(c15));
      twos = x23.lanewise(XOR, twos);
      ByteVector x25 = k22.lanewise(XOR, k24);
      ByteVector k26 = x25.and(fours).or(k22.and(k24));
      fours = x25.lanewise(XOR, fours);
      ByteVector x27 = k20.lanewise(XOR, k26);
      ByteVector k28 = x27.and(eights).or(k20.and(k26));
      eights = x27.lanewise(XOR, eights);
      ByteVector x29 = k14.lanewise(XOR, k28);
      ByteVector k30 = x29.and(s16).or(k14.and(k28));
      s16 = x29.lanewise(XOR, s16);

      ByteVector r0 = k30.and(s32);
      s32 = k30.lanewise(XOR, s32);
      ByteVector r1 = r0.and(s64);
      s64 = r0.lanewise(XOR, s64);
      ByteVector r2 = r1.and(s128);
      s128 = r1.lanewise(XOR, s128);
      s256 = r2.lanewise(XOR, s256);
    }

    ByteVector flip = ByteVector.broadcast(BYTE, (byte) (complement ? -1 : 0));
    ByteVector carry = more;
    ByteVector m0 = ByteVector.fromArray(BYTE, counters, at).lanewise(XOR, flip);
    ByteVector t0 = m0.lanewise(XOR, ones);
    t0.lanewise(XOR, carry).intoArray(counters, at);
    carry = t0.and(carry).or(m0.and(ones));
    ByteVector m1 = ByteVector.fromArray(BYTE, counters, at + BYTES).lanewise(XOR, flip);
    ByteVector t1 = m1.lanewise(XOR, twos);
    t1.lanewise(XOR, carry).intoArray(counters, at + BYTES);
    carry = t1.and(carry).or(m1.and(twos));
    ByteVector m2 = ByteVector.fromArray(BYTE, counters, at + 2 * BYTES).lanewise(XOR, flip);
    ByteVector t2 = m2.lanewise(XOR, fours);
    t2.lanewise(XOR, carry).intoArray(counters, at + 2 * BYTES);
    carry = t2.and(carry).or(m2.and(fours));
    ByteVector m3 = ByteVector.fromArray(BYTE, counters, at + 3 * BYTES).lanewise(XOR, flip);
    ByteVector t3 = m3.lanewise(XOR, eights);
    t3.lanewise(XOR, carry).intoArray(counters, at + 3 * BYTES);
    carry = t3.and(carry).or(m3.and(eights));
    ByteVector m4 = ByteVector.fromArray(BYTE, counters, at + 4 * BYTES).lanewise(XOR, flip);
    ByteVector t4 = m4.lanewise(XOR, s16);
    t4.lanewise(XOR, carry).intoArray(counters, at + 4 * BYTES);
    carry = t4.and(carry).or(m4.and(s16));
    ByteVector m5 = ByteVector.fromArray(BYTE, counters, at + 5 * BYTES).lanewise(XOR, flip);
    ByteVector t5 = m5.lanewise(XOR, s32);
    t5.lanewise(XOR, carry).intoArray(counters, at + 5 * BYTES);
    carry = t5.and(carry).or(m5.and(s32));
    ByteVector m6 = ByteVector.fromArray(BYTE, counters, at + 6 * BYTES).lanewise(XOR, flip);
    ByteVector t6 = m6.lanewise(XOR, s64);
    t6.lanewise(XOR, carry).intoArray(counters, at + 6 * BYTES);
    carry = t6.and(carry).or(m6.and(s64));
    ByteVector m7 = ByteVector.fromArray(BYTE, counters, at + 7 * BYTES).lanewise(XOR, flip);
    ByteVector t7 = m7.lanewise(XOR, s128);
    t7.lanewise(XOR, carry).intoArray(counters, at + 7 * BYTES);
    carry = t7.and(carry).or(m7.and(s128));
    ByteVector m8 = ByteVector.fromArray(BYTE, counters, at + 8 * BYTES).lanewise(XOR, flip);
    ByteVector t8 = m8.lanewise(XOR, s256);
    t8.lanewise(XOR, carry).intoArray(counters, at + 8 * BYTES);
    carry = t8.and(carry).or(m8.and(s256));
    for (int p = 9; p < planes; p++) {
      ByteVector plane = ByteVector.fromArray(BYTE, counters, at + p * BYTES).lanewise(XOR, flip);
      plane.lanewise(XOR, carry).intoArray(counters, at + p * BYTES);
      carry = plane.and(carry);
    }
  }

  @Override
  public void accumulate(
      byte[] counters, int at, int planes, byte[] totals, int to, int totalPlanes) {
    ByteVector carry = ByteVector.zero(BYTE);
    for (int p = 0; p < planes; p++) {
      ByteVector counter = ByteVector.fromArray(BYTE, counters, at + p * BYTES);
      ByteVector total = ByteVector.fromArray(BYTE, totals, to + p * BYTES);
      ByteVector one = counter.lanewise(XOR, total);
      one.lanewise(XOR, carry).intoArray(totals, to + p * BYTES);
      carry = one.and(carry).or(counter.and(total));
    }
    for (int p = planes; p < totalPlanes; p++) {
      ByteVector total = ByteVector.fromArray(BYTE, totals, to + p * BYTES);
      total.lanewise(XOR, carry).intoArray(totals, to + p * BYTES);
      carry = total.and(carry);
    }
  }
}
