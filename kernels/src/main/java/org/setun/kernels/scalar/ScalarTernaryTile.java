// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.scalar;

import org.setun.kernels.op.TernaryGemm;

/**
 * Stands in the place of another micro-kernel, on operands that are packed for it: a gated xor, see
 * {@link ScalarTernaryGemm}, for one pixel and up to four neighbouring output channels at a time,
 * for which the pixel's words are loaded once.
 */
final class ScalarTernaryTile implements TernaryGemm {
  private final String name;
  private final int pixels;
  private final int channels;
  private final boolean alternatesSign;

  /** In the place of {@code gemm}, under its name. */
  ScalarTernaryTile(TernaryGemm gemm) {
    this.name = gemm.name();
    this.pixels = gemm.pixels();
    this.channels = gemm.channels();
    this.alternatesSign = gemm.alternatesSign();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int pixels() {
    return pixels;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int operations(int words, boolean popcountInstruction) {
    return 6 * words * pixels * channels;
  }

  @Override
  public int registers() {
    return 0;
  }

  @Override
  public boolean alternatesSign() {
    return alternatesSign;
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
    int c = 0;
    for (; c + 4 <= channels; c += 4) {
      for (int j = 0; j < pixels; j++) {
        four(a, aOffset + 2 * j, w, wOffset + c, words, counts, cOffset + j * stride + c);
      }
    }
    for (; c < channels; c++) {
      for (int j = 0; j < pixels; j++) {
        counts[cOffset + j * stride + c] = one(a, aOffset + 2 * j, w, wOffset + c, words);
      }
    }
  }

  /** What the sign words of the first word of K are to be changed by. */
  private long firstInversion(int words) {
    return alternatesSign && words % 2 != 0 ? -1 : 0;
  }

  private int one(long[] a, int pixel, long[] w, int channel, int words) {
    long alternation = alternatesSign ? -1 : 0;
    long inversion = firstInversion(words);
    int sum = 0;
    for (int k = 0; k < words; k++) {
      int i = pixel + k * 2 * pixels;
      int o = channel + k * 2 * channels;
      long nonzero = a[i] & w[o];
      long negative = nonzero & (a[i + 1] ^ w[o + channels] ^ inversion);
      sum += Long.bitCount(nonzero) - 2 * Long.bitCount(negative);
      inversion ^= alternation;
    }
    return sum;
  }

  private void four(long[] a, int pixel, long[] w, int channel, int words, int[] counts, int to) {
    long alternation = alternatesSign ? -1 : 0;
    long inversion = firstInversion(words);
    int sum0 = 0;
    int sum1 = 0;
    int sum2 = 0;
    int sum3 = 0;
    int i = pixel;
    int o = channel;
    for (int k = 0; k < words; k++) {
      long nonzero = a[i];
      long sign = a[i + 1] ^ inversion;
      int s = o + channels;
      long nonzero0 = nonzero & w[o];
      sum0 += Long.bitCount(nonzero0) - 2 * Long.bitCount(nonzero0 & (sign ^ w[s]));
      long nonzero1 = nonzero & w[o + 1];
      sum1 += Long.bitCount(nonzero1) - 2 * Long.bitCount(nonzero1 & (sign ^ w[s + 1]));
      long nonzero2 = nonzero & w[o + 2];
      sum2 += Long.bitCount(nonzero2) - 2 * Long.bitCount(nonzero2 & (sign ^ w[s + 2]));
      long nonzero3 = nonzero & w[o + 3];
      sum3 += Long.bitCount(nonzero3) - 2 * Long.bitCount(nonzero3 & (sign ^ w[s + 3]));
      inversion ^= alternation;
      i += 2 * pixels;
      o += 2 * channels;
    }
    counts[to] = sum0;
    counts[to + 1] = sum1;
    counts[to + 2] = sum2;
    counts[to + 3] = sum3;
  }
}
