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
      int planes) {
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
      ByteVector c0 = ones.and(z0).or(ByteVector.fromArray(BYTE, table, o0));
      ones = ones.lanewise(XOR, z0);

      int o1 = offsets[i + 1];
      ByteVector z1 = ByteVector.fromArray(BYTE, table, o1 + onesPlane);
      ByteVector c1 = more.and(z1).or(ByteVector.fromArray(BYTE, table, o1));
      more = more.lanewise(XOR, z1);
      ByteVector x1 = c0.lanewise(XOR, c1);
      ByteVector k2 = x1.and(twos).or(c0.and(c1));
      twos = twos.lanewise(XOR, x1);

      int o2 = offsets[i + 2];
      ByteVector z2 = ByteVector.fromArray(BYTE, table, o2 + onesPlane);
      ByteVector c2 = ones.and(z2).or(ByteVector.fromArray(BYTE, table, o2));
      ones = ones.lanewise(XOR, z2);

      int o3 = offsets[i + 3];
      ByteVector z3 = ByteVector.fromArray(BYTE, table, o3 + onesPlane);
      ByteVector c3 = more.and(z3).or(ByteVector.fromArray(BYTE, table, o3));
      more = more.lanewise(XOR, z3);
      ByteVector x3 = c2.lanewise(XOR, c3);
      ByteVector k4 = x3.and(twos).or(c2.and(c3));
      twos = twos.lanewise(XOR, x3);
      ByteVector x5 = k2.lanewise(XOR, k4);
      ByteVector k6 = x5.and(fours).or(k2.and(k4));
      fours = fours.lanewise(XOR, x5);

      int o4 = offsets[i + 4];
      ByteVector z4 = ByteVector.fromArray(BYTE, table, o4 + onesPlane);
      ByteVector c4 = ones.and(z4).or(ByteVector.fromArray(BYTE, table, o4));
      ones = ones.lanewise(XOR, z4);

      int o5 = offsets[i + 5];
      ByteVector z5 = ByteVector.fromArray(BYTE, table, o5 + onesPlane);
      ByteVector c5 = more.and(z5).or(ByteVector.fromArray(BYTE, table, o5));
      more = more.lanewise(XOR, z5);
      ByteVector x7 = c4.lanewise(XOR, c5);
      ByteVector k8 = x7.and(twos).or(c4.and(c5));
      twos = twos.lanewise(XOR, x7);

      int o6 = offsets[i + 6];
      ByteVector z6 = ByteVector.fromArray(BYTE, table, o6 + onesPlane);
      ByteVector c6 = ones.and(z6).or(ByteVector.fromArray(BYTE, table, o6));
      ones = ones.lanewise(XOR, z6);

      int o7 = offsets[i + 7];
      ByteVector z7 = ByteVector.fromArray(BYTE, table, o7 + onesPlane);
      ByteVector c7 = more.and(z7).or(ByteVector.fromArray(BYTE, table, o7));
      more = more.lanewise(XOR, z7);
      ByteVector x9 = c6.lanewise(XOR, c7);
      ByteVector k10 = x9.and(twos).or(c6.and(c7));
      twos = twos.lanewise(XOR, x9);
      ByteVector x11 = k8.lanewise(XOR, k10);
      ByteVector k12 = x11.and(fours).or(k8.and(k10));
      fours = fours.lanewise(XOR, x11);
      ByteVector x13 = k6.lanewise(XOR, k12);
      ByteVector k14 = x13.and(eights).or(k6.and(k12));
      eights = eights.lanewise(XOR, x13);

      int o8 = offsets[i + 8];
      ByteVector z8 = ByteVector.fromArray(BYTE, table, o8 + onesPlane);
      ByteVector c8 = ones.and(z8).or(ByteVector.fromArray(BYTE, table, o8));
      ones = ones.lanewise(XOR, z8);

      int o9 = offsets[i + 9];
      ByteVector z9 = ByteVector.fromArray(BYTE, table, o9 + onesPlane);
      ByteVector c9 = more.and(z9).or(ByteVector.fromArray(BYTE, table, o9));
      more = more.lanewise(XOR, z9);
      ByteVector x15 = c8.lanewise(XOR, c9);
      ByteVector k16 = x15.and(twos).or(c8.and(c9));
      twos = twos.lanewise(XOR, x15);

      int o10 = offsets[i + 10];
      ByteVector z10 = ByteVector.fromArray(BYTE, table, o10 + onesPlane);
      ByteVector c10 = ones.and(z10).or(ByteVector.fromArray(BYTE, table, o10));
      ones = ones.lanewise(XOR, z10);

      int o11 = offsets[i + 11];
      ByteVector z11 = ByteVector.fromArray(BYTE, table, o11 + onesPlane);
      ByteVector c11 = more.and(z11).or(ByteVector.fromArray(BYTE, table, o11));
      more = more.lanewise(XOR, z11);
      ByteVector x17 = c10.lanewise(XOR, c11);
      ByteVector k18 = x17.and(twos).or(c10.and(c11));
      twos = twos.lanewise(XOR, x17);
      ByteVector x19 = k16.lanewise(XOR, k18);
      ByteVector k20 = x19.and(fours).or(k16.and(k18));
      fours = fours.lanewise(XOR, x19);

      int o12 = offsets[i + 12];
      ByteVector z12 = ByteVector.fromArray(BYTE, table, o12 + onesPlane);
      ByteVector c12 = ones.and(z12).or(ByteVector.fromArray(BYTE, table, o12));
      ones = ones.lanewise(XOR, z12);

      int o13 = offsets[i + 13];
      ByteVector z13 = ByteVector.fromArray(BYTE, table, o13 + onesPlane);
      ByteVector c13 = more.and(z13).or(ByteVector.fromArray(BYTE, table, o13));
      more = more.lanewise(XOR, z13);
      ByteVector x21 = c12.lanewise(XOR, c13);
      ByteVector k22 = x21.and(twos).or(c12.and(c13));
      twos = twos.lanewise(XOR, x21);

      int o14 = offsets[i + 14];
      ByteVector z14 = ByteVector.fromArray(BYTE, table, o14 + onesPlane);
      ByteVector c14 = ones.and(z14).or(ByteVector.fromArray(BYTE, table, o14));
      ones = ones.lanewise(XOR, z14);

      int o15 = offsets[i + 15];
      ByteVector z15 = ByteVector.fromArray(BYTE, table, o15 + onesPlane);
      ByteVector c15 = more.and(z15).or(ByteVector.fromArray(BYTE, table, o15));
      more = more.lanewise(XOR, z15);
      ByteVector x23 = c14.lanewise(XOR, c15);
      ByteVector k24 = x23.and(twos).or(c14.and(c15));
      twos = twos.lanewise(XOR, x23);
      ByteVector x25 = k22.lanewise(XOR, k24);
      ByteVector k26 = x25.and(fours).or(k22.and(k24));
      fours = fours.lanewise(XOR, x25);
      ByteVector x27 = k20.lanewise(XOR, k26);
      ByteVector k28 = x27.and(eights).or(k20.and(k26));
      eights = eights.lanewise(XOR, x27);
      ByteVector x29 = k14.lanewise(XOR, k28);
      ByteVector k30 = x29.and(s16).or(k14.and(k28));
      s16 = s16.lanewise(XOR, x29);

      ByteVector r0 = s32.and(k30);
      s32 = s32.lanewise(XOR, k30);
      ByteVector r1 = s64.and(r0);
      s64 = s64.lanewise(XOR, r0);
      ByteVector r2 = s128.and(r1);
      s128 = s128.lanewise(XOR, r1);
      s256 = s256.lanewise(XOR, r2);
    }

    ByteVector carry = more;
    ByteVector m0 = ByteVector.fromArray(BYTE, counters, at);
    ByteVector t0 = ones.lanewise(XOR, m0);
    t0.lanewise(XOR, carry).intoArray(counters, at);
    carry = t0.and(carry).or(ones.and(m0));
    ByteVector m1 = ByteVector.fromArray(BYTE, counters, at + BYTES);
    ByteVector t1 = twos.lanewise(XOR, m1);
    t1.lanewise(XOR, carry).intoArray(counters, at + BYTES);
    carry = t1.and(carry).or(twos.and(m1));
    ByteVector m2 = ByteVector.fromArray(BYTE, counters, at + 2 * BYTES);
    ByteVector t2 = fours.lanewise(XOR, m2);
    t2.lanewise(XOR, carry).intoArray(counters, at + 2 * BYTES);
    carry = t2.and(carry).or(fours.and(m2));
    ByteVector m3 = ByteVector.fromArray(BYTE, counters, at + 3 * BYTES);
    ByteVector t3 = eights.lanewise(XOR, m3);
    t3.lanewise(XOR, carry).intoArray(counters, at + 3 * BYTES);
    carry = t3.and(carry).or(eights.and(m3));
    ByteVector m4 = ByteVector.fromArray(BYTE, counters, at + 4 * BYTES);
    ByteVector t4 = s16.lanewise(XOR, m4);
    t4.lanewise(XOR, carry).intoArray(counters, at + 4 * BYTES);
    carry = t4.and(carry).or(s16.and(m4));
    ByteVector m5 = ByteVector.fromArray(BYTE, counters, at + 5 * BYTES);
    ByteVector t5 = s32.lanewise(XOR, m5);
    t5.lanewise(XOR, carry).intoArray(counters, at + 5 * BYTES);
    carry = t5.and(carry).or(s32.and(m5));
    ByteVector m6 = ByteVector.fromArray(BYTE, counters, at + 6 * BYTES);
    ByteVector t6 = s64.lanewise(XOR, m6);
    t6.lanewise(XOR, carry).intoArray(counters, at + 6 * BYTES);
    carry = t6.and(carry).or(s64.and(m6));
    ByteVector m7 = ByteVector.fromArray(BYTE, counters, at + 7 * BYTES);
    ByteVector t7 = s128.lanewise(XOR, m7);
    t7.lanewise(XOR, carry).intoArray(counters, at + 7 * BYTES);
    carry = t7.and(carry).or(s128.and(m7));
    ByteVector m8 = ByteVector.fromArray(BYTE, counters, at + 8 * BYTES);
    ByteVector t8 = s256.lanewise(XOR, m8);
    t8.lanewise(XOR, carry).intoArray(counters, at + 8 * BYTES);
    carry = t8.and(carry).or(s256.and(m8));
    for (int p = 9; p < planes; p++) {
      ByteVector plane = ByteVector.fromArray(BYTE, counters, at + p * BYTES);
      plane.lanewise(XOR, carry).intoArray(counters, at + p * BYTES);
      carry = plane.and(carry);
    }
  }
}
