// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every micro-kernel of the ternary matrix product, one tile at a time. */
class TernaryGemmTest {
  private static final int[] WORDS = {1, 2, 3, 8, 9, 10, 35, 36, 37, 72, 73};
  private static final int SENTINEL = 0x5EED;

  static Stream<Named<TernaryGemm>> gemms() {
    return KernelSets.named()
        .flatMap(
            set ->
                set.getPayload().gemms().stream()
                    .map(gemm -> Named.of(gemm.name() + ", " + set.getName(), gemm)));
  }

  static Stream<Arguments> gemmsAndWords() {
    return gemms().flatMap(gemm -> Arrays.stream(WORDS).mapToObj(words -> arguments(gemm, words)));
  }

  @ParameterizedTest
  @MethodSource("gemmsAndWords")
  void everyFill(TernaryGemm gemm, int words) {
    for (Fill activations : Fill.values()) {
      for (Fill weights : Fill.values()) {
        new Tile(gemm, words, activations, weights).check();
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("gemms")
  void onceCompiled(TernaryGemm gemm) {
    Tile warm = new Tile(gemm, 9, Fill.RANDOM, Fill.RANDOM);
    for (int call = 0; call < 20_000; call++) {
      warm.multiply();
    }
    warm.check();
    for (int words : WORDS) {
      everyFill(gemm, words);
    }
  }

  /** The operands of one tile, at odd offsets between words that must not be read. */
  private static final class Tile {
    private static final int A_OFFSET = 3;
    private static final int W_OFFSET = 11;
    private static final int C_OFFSET = 5;

    private final TernaryGemm gemm;
    private final int words;
    private final int stride;
    private final int[][] activations;
    private final int[][] weights;
    private final long[] a;
    private final long[] w;
    private final int[] counts;

    Tile(TernaryGemm gemm, int words, Fill activationFill, Fill weightFill) {
      SplittableRandom random = new SplittableRandom(words);
      int pixels = gemm.pixels();
      int channels = gemm.channels();
      this.gemm = gemm;
      this.words = words;
      this.stride = channels + 3;
      activations = trits(random, activationFill, pixels);
      weights = trits(random, weightFill, channels);
      a = random.longs(A_OFFSET + 2L * words * pixels + 1).toArray();
      w = random.longs(W_OFFSET + 2L * words * channels + 1).toArray();
      counts = new int[C_OFFSET + pixels * stride + 7];
      for (int k = 0; k < words; k++) {
        for (int j = 0; j < pixels; j++) {
          int at = A_OFFSET + (k * pixels + j) * 2;
          pack(activations[j], k, a, at, at + 1, false);
        }
        for (int c = 0; c < channels; c++) {
          int at = W_OFFSET + k * 2 * channels + c;
          pack(weights[c], k, w, at, at + channels, gemm.alternatesSign() && (words - k) % 2 != 0);
        }
      }
    }

    private int[][] trits(SplittableRandom random, Fill fill, int rows) {
      int[][] trits = new int[rows][words * Long.SIZE];
      for (int[] row : trits) {
        Arrays.setAll(row, i -> fill.trit(random));
      }
      return trits;
    }

    /** Sign bits of zeros stay what the array held before: anything. */
    private static void pack(
        int[] trits, int word, long[] planes, int nonzero, int sign, boolean inverted) {
      planes[nonzero] = 0;
      for (int bit = 0; bit < Long.SIZE; bit++) {
        int trit = trits[word * Long.SIZE + bit];
        if (trit != 0) {
          planes[nonzero] |= 1L << bit;
          planes[sign] &= ~(1L << bit);
          planes[sign] |= (trit < 0 != inverted ? 1L : 0) << bit;
        }
      }
    }

    void multiply() {
      gemm.tile(a, A_OFFSET, w, W_OFFSET, words, counts, C_OFFSET, stride);
    }

    void check() {
      Arrays.fill(counts, SENTINEL);
      multiply();
      for (int i = 0; i < counts.length; i++) {
        int j = Math.floorDiv(i - C_OFFSET, stride);
        int c = Math.floorMod(i - C_OFFSET, stride);
        boolean inside = j >= 0 && j < gemm.pixels() && c < gemm.channels();
        int expected = inside ? dot(activations[j], weights[c]) : SENTINEL;
        assertEquals(expected, counts[i], "pixel " + j + ", channel " + c);
      }
    }

    private static int dot(int[] x, int[] y) {
      int sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += x[i] * y[i];
      }
      return sum;
    }
  }
}
