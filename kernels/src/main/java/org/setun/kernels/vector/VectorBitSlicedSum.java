// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.XOR;
import static org.setun.kernels.vector.Species.BYTE;
import static org.setun.kernels.vector.Species.BYTES;

import jdk.incubator.vector.ByteVector;
import org.setun.kernels.op.BitSlicedSum;

/**
 * A call's entries are summed in nine planes that stay in registers and added to the counters in
 * memory at its end.
 *
 * <pre>{@code
 * for 16 entries at a time
 *   each          carry = twos | ones & z;  ones ^= z         into one of two lowest planes, by turns
 *   each pair     full adder: two carries into the plane above, adders above follow depth first
 *   one carry     ripples through the planes of 32 and more
 * }</pre>
 *
 * <p>Two lowest planes, since one is a chain of 16 exclusive ors: on a processor that takes two
 * cycles for each (Zen 5) that chain is longer than all else. In the full adders the carries meet
 * first and the plane last, which leaves one operation in the chain of the plane; 5 in all, 2 with
 * AVX-512's ternary logic. Per entry that is 7.2 operations and two loads, and with 16 registers
 * nothing goes to the stack. Upper planes in memory, rippled through at every step, took a third
 * longer; 8 or 32 entries a step are as fast.
 *
 * <p>A loop's variable is never the first to be called: {@code z.and(ones)}, not {@code
 * ones.and(z)}. As an argument it is cast to the species' class, which C2 then knows; as a receiver
 * it is known by the profile alone, and where that was not enough C2 boxed the planes at each step,
 * which took 2.5 times as long.
 */
final class VectorBitSlicedSum implements BitSlicedSum {
  @Override
  public String name() {
    return "bit-sliced-" + BYTE.vectorBitSize();
  }

  @Override
  public int lanes() {
    return BYTE.vectorBitSize();
  }

  @Override
  public void add(
      byte[] table,
      int onesPlane,
      char[] offsets,
      int from,
      int end,
      byte[] counters,
      int at,
      int planes,
      boolean fresh) {
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
      int o0 = offsets[i];
      ByteVector z0 = ByteVector.fromArray(BYTE, table, o0 + onesPlane);
      ByteVector c0 = z0.and(ones).or(ByteVector.fromArray(BYTE, table, o0));
      ones = z0.lanewise(XOR, ones);

      int o1 = offsets[i + 1];
      ByteVector z1 = ByteVector.fromArray(BYTE, table, o1 + onesPlane);
      ByteVector c1 = z1.and(more).or(ByteVector.fromArray(BYTE, table, o1));
      more = z1.lanewise(XOR, more);
      ByteVector x1 = c0.lanewise(XOR, c1);
      ByteVector k2 = x1.and(twos).or(c0.and(c1));
      twos = x1.lanewise(XOR, twos);

      int o2 = offsets[i + 2];
      ByteVector z2 = ByteVector.fromArray(BYTE, table, o2 + onesPlane);
      ByteVector c2 = z2.and(ones).or(ByteVector.fromArray(BYTE, table, o2));
      ones = z2.lanewise(XOR, ones);

      int o3 = offsets[i + 3];
      ByteVector z3 = ByteVector.fromArray(BYTE, table, o3 + onesPlane);
      ByteVector c3 = z3.and(more).or(ByteVector.fromArray(BYTE, table, o3));
      more = z3.lanewise(XOR, more);
      ByteVector x3 = c2.lanewise(XOR, c3);
      ByteVector k4 = x3.and(twos).or(c2.and(c3));
      twos = x3.lanewise(XOR, twos);
      ByteVector x5 = k2.lanewise(XOR, k4);
      ByteVector k6 = x5.and(fours).or(k2.and(k4));
      fours = x5.lanewise(XOR, fours);

      int o4 = offsets[i + 4];
      ByteVector z4 = ByteVector.fromArray(BYTE, table, o4 + onesPlane);
      ByteVector c4 = z4.and(ones).or(ByteVector.fromArray(BYTE, table, o4));
      ones = z4.lanewise(XOR, ones);

      int o5 = offsets[i + 5];
      ByteVector z5 = ByteVector.fromArray(BYTE, table, o5 + onesPlane);
      ByteVector c5 = z5.and(more).or(ByteVector.fromArray(BYTE, table, o5));
      more = z5.lanewise(XOR, more);
      ByteVector x7 = c4.lanewise(XOR, c5);
      ByteVector k8 = x7.and(twos).or(c4.and(c5));
      twos = x7.lanewise(XOR, twos);

      int o6 = offsets[i + 6];
      ByteVector z6 = ByteVector.fromArray(BYTE, table, o6 + onesPlane);
      ByteVector c6 = z6.and(ones).or(ByteVector.fromArray(BYTE, table, o6));
      ones = z6.lanewise(XOR, ones);

      int o7 = offsets[i + 7];
      ByteVector z7 = ByteVector.fromArray(BYTE, table, o7 + onesPlane);
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

      int o8 = offsets[i + 8];
      ByteVector z8 = ByteVector.fromArray(BYTE, table, o8 + onesPlane);
      ByteVector c8 = z8.and(ones).or(ByteVector.fromArray(BYTE, table, o8));
      ones = z8.lanewise(XOR, ones);

      int o9 = offsets[i + 9];
      ByteVector z9 = ByteVector.fromArray(BYTE, table, o9 + onesPlane);
      ByteVector c9 = z9.and(more).or(ByteVector.fromArray(BYTE, table, o9));
      more = z9.lanewise(XOR, more);
      ByteVector x15 = c8.lanewise(XOR, c9);
      ByteVector k16 = x15.and(twos).or(c8.and(c9));
      twos = x15.lanewise(XOR, twos);

      int o10 = offsets[i + 10];
      ByteVector z10 = ByteVector.fromArray(BYTE, table, o10 + onesPlane);
      ByteVector c10 = z10.and(ones).or(ByteVector.fromArray(BYTE, table, o10));
      ones = z10.lanewise(XOR, ones);

      int o11 = offsets[i + 11];
      ByteVector z11 = ByteVector.fromArray(BYTE, table, o11 + onesPlane);
      ByteVector c11 = z11.and(more).or(ByteVector.fromArray(BYTE, table, o11));
      more = z11.lanewise(XOR, more);
      ByteVector x17 = c10.lanewise(XOR, c11);
      ByteVector k18 = x17.and(twos).or(c10.and(c11));
      twos = x17.lanewise(XOR, twos);
      ByteVector x19 = k16.lanewise(XOR, k18);
      ByteVector k20 = x19.and(fours).or(k16.and(k18));
      fours = x19.lanewise(XOR, fours);

      int o12 = offsets[i + 12];
      ByteVector z12 = ByteVector.fromArray(BYTE, table, o12 + onesPlane);
      ByteVector c12 = z12.and(ones).or(ByteVector.fromArray(BYTE, table, o12));
      ones = z12.lanewise(XOR, ones);

      int o13 = offsets[i + 13];
      ByteVector z13 = ByteVector.fromArray(BYTE, table, o13 + onesPlane);
      ByteVector c13 = z13.and(more).or(ByteVector.fromArray(BYTE, table, o13));
      more = z13.lanewise(XOR, more);
      ByteVector x21 = c12.lanewise(XOR, c13);
      ByteVector k22 = x21.and(twos).or(c12.and(c13));
      twos = x21.lanewise(XOR, twos);

      int o14 = offsets[i + 14];
      ByteVector z14 = ByteVector.fromArray(BYTE, table, o14 + onesPlane);
      ByteVector c14 = z14.and(ones).or(ByteVector.fromArray(BYTE, table, o14));
      ones = z14.lanewise(XOR, ones);

      int o15 = offsets[i + 15];
      ByteVector z15 = ByteVector.fromArray(BYTE, table, o15 + onesPlane);
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

    if (fresh) {
      ByteVector up = more.and(ones);
      more.lanewise(XOR, ones).intoArray(counters, at);
      up.lanewise(XOR, twos).intoArray(counters, at + BYTES);
      up = up.and(twos);
      up.lanewise(XOR, fours).intoArray(counters, at + 2 * BYTES);
      up = up.and(fours);
      up.lanewise(XOR, eights).intoArray(counters, at + 3 * BYTES);
      up = up.and(eights);
      up.lanewise(XOR, s16).intoArray(counters, at + 4 * BYTES);
      up = up.and(s16);
      up.lanewise(XOR, s32).intoArray(counters, at + 5 * BYTES);
      up = up.and(s32);
      up.lanewise(XOR, s64).intoArray(counters, at + 6 * BYTES);
      up = up.and(s64);
      up.lanewise(XOR, s128).intoArray(counters, at + 7 * BYTES);
      up = up.and(s128);
      up.lanewise(XOR, s256).intoArray(counters, at + 8 * BYTES);
      up = up.and(s256);
      up.intoArray(counters, at + 9 * BYTES);
      for (int p = 10; p < planes; p++) {
        ByteVector.zero(BYTE).intoArray(counters, at + p * BYTES);
      }
      return;
    }
    ByteVector carry = more;
    ByteVector m0 = ByteVector.fromArray(BYTE, counters, at);
    ByteVector t0 = m0.lanewise(XOR, ones);
    t0.lanewise(XOR, carry).intoArray(counters, at);
    carry = t0.and(carry).or(m0.and(ones));
    ByteVector m1 = ByteVector.fromArray(BYTE, counters, at + BYTES);
    ByteVector t1 = m1.lanewise(XOR, twos);
    t1.lanewise(XOR, carry).intoArray(counters, at + BYTES);
    carry = t1.and(carry).or(m1.and(twos));
    ByteVector m2 = ByteVector.fromArray(BYTE, counters, at + 2 * BYTES);
    ByteVector t2 = m2.lanewise(XOR, fours);
    t2.lanewise(XOR, carry).intoArray(counters, at + 2 * BYTES);
    carry = t2.and(carry).or(m2.and(fours));
    ByteVector m3 = ByteVector.fromArray(BYTE, counters, at + 3 * BYTES);
    ByteVector t3 = m3.lanewise(XOR, eights);
    t3.lanewise(XOR, carry).intoArray(counters, at + 3 * BYTES);
    carry = t3.and(carry).or(m3.and(eights));
    ByteVector m4 = ByteVector.fromArray(BYTE, counters, at + 4 * BYTES);
    ByteVector t4 = m4.lanewise(XOR, s16);
    t4.lanewise(XOR, carry).intoArray(counters, at + 4 * BYTES);
    carry = t4.and(carry).or(m4.and(s16));
    ByteVector m5 = ByteVector.fromArray(BYTE, counters, at + 5 * BYTES);
    ByteVector t5 = m5.lanewise(XOR, s32);
    t5.lanewise(XOR, carry).intoArray(counters, at + 5 * BYTES);
    carry = t5.and(carry).or(m5.and(s32));
    ByteVector m6 = ByteVector.fromArray(BYTE, counters, at + 6 * BYTES);
    ByteVector t6 = m6.lanewise(XOR, s64);
    t6.lanewise(XOR, carry).intoArray(counters, at + 6 * BYTES);
    carry = t6.and(carry).or(m6.and(s64));
    ByteVector m7 = ByteVector.fromArray(BYTE, counters, at + 7 * BYTES);
    ByteVector t7 = m7.lanewise(XOR, s128);
    t7.lanewise(XOR, carry).intoArray(counters, at + 7 * BYTES);
    carry = t7.and(carry).or(m7.and(s128));
    ByteVector m8 = ByteVector.fromArray(BYTE, counters, at + 8 * BYTES);
    ByteVector t8 = m8.lanewise(XOR, s256);
    t8.lanewise(XOR, carry).intoArray(counters, at + 8 * BYTES);
    carry = t8.and(carry).or(m8.and(s256));
    for (int p = 9; p < planes; p++) {
      ByteVector plane = ByteVector.fromArray(BYTE, counters, at + p * BYTES);
      plane.lanewise(XOR, carry).intoArray(counters, at + p * BYTES);
      carry = plane.and(carry);
    }
  }
}
