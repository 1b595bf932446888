// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.tile;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.ChannelParameters;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.op.WeightPanels;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.scalar.ScalarTernaryGemm;

/**
 * The family's self-check: its micro-kernels, and what comes before and after them, on small cases
 * beside the scalar ones.
 */
public final class TileCheck {
  private static final int[] WORDS = {1, 2, 8, 9};

  private TileCheck() {}

  /**
   * Checks a micro-kernel of the ternary matrix product.
   *
   * @return what is wrong, or empty
   */
  public static Optional<String> check(TernaryGemm gemm) {
    TernaryGemm reference = new ScalarTernaryGemm();
    SplittableRandom random = new SplittableRandom(1958);
    int tile = gemm.pixels();
    int width = gemm.channels();
    for (int words : WORDS) {
      TernaryKernel weights = randomKernel(random, width, words);
      TernaryKernel activations = randomKernel(random, tile, words);
      long[] panel = new long[tile * words * 2];
      for (int j = 0; j < tile; j++) {
        for (int k = 0; k < words; k++) {
          panel[(k * tile + j) * 2] = activations.nonzeroWord(j * words + k);
          panel[(k * tile + j) * 2 + 1] = activations.signWord(j * words + k);
        }
      }
      int[] actual = new int[tile * width];
      gemm.tile(panel, 0, WeightPanels.pack(weights, gemm), 0, words, actual, 0, width);
      long[] rows = WeightPanels.pack(activations, reference);
      long[] columns = WeightPanels.pack(weights, reference);
      for (int j = 0; j < tile; j++) {
        for (int c = 0; c < width; c++) {
          int[] expected = new int[1];
          reference.tile(rows, j * 2 * words, columns, c * 2 * words, words, expected, 0, 1);
          if (actual[j * width + c] != expected[0]) {
            return Optional.of(
                gemm.name()
                    + " computed "
                    + actual[j * width + c]
                    + " where "
                    + expected[0]
                    + " is right (K = "
                    + words
                    + " words, pixel "
                    + j
                    + ", channel "
                    + c
                    + ")");
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Planes at random and not trits, of which a new JVM makes one after the other for 10 ms. */
  private static TernaryKernel randomKernel(SplittableRandom random, int outputs, int words) {
    long[] nonzero = new long[outputs * words];
    long[] sign = new long[nonzero.length];
    for (int i = 0; i < nonzero.length; i++) {
      nonzero[i] = random.nextLong() | random.nextLong();
      sign[i] = random.nextLong() & nonzero[i];
    }
    return TernaryKernel.ofPlanes(nonzero, sign, outputs, words * TernaryKernel.WORD, 1, 1);
  }

  /**
   * Checks what a set does before and after a product.
   *
   * @return what is wrong, or empty
   */
  public static Optional<String> check(KernelSet set) {
    KernelSet reference = ScalarKernels.kernels();
    Case data = new Case();
    if (!Arrays.equals(data.epilogue(set.epilogue()), data.epilogue(reference.epilogue()))) {
      return Optional.of("epilogue differs from scalar");
    }
    if (!Arrays.equals(data.pack(set), data.pack(reference))) {
      return Optional.of("ternarizer or im2col differs from scalar");
    }
    return Optional.empty();
  }

  /** One small map of random values. */
  private static final class Case {
    private static final int PIXELS = 12;
    private static final int CHANNELS = ChannelsLast.CHANNEL_BLOCK;

    private final SplittableRandom random = new SplittableRandom(66);
    private final float[] values = floats(PIXELS * CHANNELS);
    private final float[] a = floats(CHANNELS);
    private final float[] b = floats(CHANNELS);
    private final float[] c = floats(CHANNELS);

    private float[] floats(int count) {
      float[] result = new float[count];
      for (int i = 0; i < count; i++) {
        result[i] = (float) (random.nextDouble() * 4 - 2);
      }
      return result;
    }

    float[] epilogue(Epilogue epilogue) {
      int[] counts = new int[PIXELS * CHANNELS];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = i % 577 - 288;
      }
      float[] out = new float[counts.length];
      ChannelParameters one = new ChannelParameters(a, null, b, c);
      epilogue.fromCounts(
          counts, 0, PIXELS, CHANNELS, 0, CHANNELS, one, values, 0, CHANNELS, out, 0);
      float[] half = new float[counts.length / 2];
      ChannelParameters two = new ChannelParameters(a, c, b, c);
      epilogue.fromCounts(
          counts, 0, PIXELS / 2, CHANNELS, 0, CHANNELS, two, values, 0, CHANNELS, half, 0);
      epilogue.scale(counts, 1, CHANNELS - 3, 0.75f, a, b, 2, half, 1);
      float[] both = Arrays.copyOf(out, out.length + half.length);
      System.arraycopy(half, 0, both, out.length, half.length);
      return both;
    }

    long[] pack(KernelSet set) {
      Thresholds plain = Thresholds.plain(CHANNELS);
      float[] flip = new float[CHANNELS];
      for (int i = 0; i < CHANNELS; i++) {
        flip[i] = i % 3 == 0 ? -1 : 1;
      }
      long[] packed = new long[PIXELS * 2];
      int[] columns = new int[PIXELS];
      for (int i = 0; i < PIXELS; i++) {
        columns[i] = 2 * (PIXELS - 1 - i);
      }
      set.ternarizer()
          .pack(
              values,
              0,
              PIXELS,
              CHANNELS,
              0,
              CHANNELS,
              plain.low(),
              plain.high(),
              flip,
              packed,
              0,
              columns,
              0,
              0);
      long[] both = Arrays.copyOf(packed, packed.length + 3 * 10);
      set.im2col().gather(packed, 2, new int[] {0, 8, 4}, 5, 2, both, packed.length);
      return both;
    }
  }
}
