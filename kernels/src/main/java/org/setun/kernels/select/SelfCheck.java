// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.FloatConvolution;
import org.setun.kernels.op.FloatLinear;
import org.setun.kernels.op.HammingDistance;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.op.SignedSum;
import org.setun.kernels.op.Transposition;
import org.setun.kernels.op.Winograd;

/**
 * Runs operations on small cases beside the scalar ones before they are trusted: a JVM or processor
 * that computes something else is found when a network is compiled and not in a model's accuracy.
 * What belongs to a family of ternary convolutions is checked by the family.
 */
public final class SelfCheck {
  private SelfCheck() {}

  /**
   * Checks one operation of a set.
   *
   * @param operation its interface
   * @param set what to check
   * @param reference the scalar set
   * @return what is wrong, or empty
   */
  public static Optional<String> check(Class<?> operation, KernelSet set, KernelSet reference) {
    Case data = new Case();
    boolean equal = Arrays.equals(data.run(operation, set), data.run(operation, reference));
    return equal
        ? Optional.empty()
        : Optional.of(operation.getSimpleName() + " differs from scalar");
  }

  /** One small map of random values and what the operations make of it. */
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

    float[] run(Class<?> operation, KernelSet set) {
      if (operation == Epilogue.class) {
        return epilogue(set.epilogue());
      }
      if (operation == FloatConvolution.class) {
        return convolve(set.convolution());
      }
      if (operation == Winograd.class) {
        return winograd(set.winograd());
      }
      if (operation == Pooling.class) {
        return pool(set.pooling());
      }
      if (operation == Deinterleave.class) {
        return split(set.deinterleave());
      }
      if (operation == FloatLinear.class) {
        return linear(set.linear());
      }
      if (operation == Transposition.class) {
        return transpose(set.transposition());
      }
      if (operation == HammingDistance.class) {
        return hamming(set.hamming());
      }
      if (operation == SignedSum.class) {
        return signedSum(set.signedSum());
      }
      throw new IllegalArgumentException("no self-check of " + operation);
    }

    float[] epilogue(Epilogue epilogue) {
      float[] out = values.clone();
      epilogue.inPlace(out, 0, PIXELS, CHANNELS, 0, CHANNELS, b, c, a);
      return out;
    }

    float[] convolve(FloatConvolution kernel) {
      int width = kernel.channels();
      int[] taps = {0, 7, 100};
      float[] out = new float[PIXELS * CHANNELS];
      for (int o = 0; o < CHANNELS; o += width) {
        float[] weights = new float[2 * taps.length * width];
        for (int k = 0; k < 2 * taps.length; k++) {
          System.arraycopy(values, k * CHANNELS + o, weights, k * width, width);
        }
        for (int x = 0; x < PIXELS; x += kernel.pixels()) {
          int run = 1 + o / 32; // both of its loops; panels have at most 32 channels
          kernel.tile(
              values, x * run, run, taps, run, weights, 0, b, o, out, x * CHANNELS + o, CHANNELS);
        }
      }
      return out;
    }

    /** Rows of four tiles, with 3 and with 4 taps. */
    float[] winograd(Winograd kernel) {
      int pixels = Winograd.OUTPUTS * Winograd.TILES;
      int size = Winograd.OUTPUTS * pixels * CHANNELS;
      float[] out = new float[2 * size];
      for (int points = 6; points <= 7; points++) {
        winograd(kernel, points, out, (points - 6) * size);
      }
      return out;
    }

    private void winograd(Winograd kernel, int points, float[] out, int to) {
      int depth = 5;
      int pixels = Winograd.OUTPUTS * Winograd.TILES;
      int length = (pixels + points - Winograd.OUTPUTS) * depth;
      int tile = points * depth;
      float[] columns = new float[points * length + Winograd.SLACK];
      kernel.input(points, values, 0, length, 0, 1, length, columns, 0, length, 0);
      float[] v = new float[points * Winograd.TILES * tile + Winograd.SLACK];
      for (int p = 0; p < points; p++) {
        int step = Winograd.OUTPUTS * depth;
        int row = p * Winograd.TILES * tile;
        kernel.input(
            points, columns, p * length, depth, step, Winograd.TILES, depth, v, row, depth, tile);
      }
      int panel = kernel.channels();
      float[] products = new float[points * Winograd.TILES * panel];
      float[] sums = new float[points * pixels * panel];
      float[] weights = new float[tile * panel];
      for (int o = 0; o < CHANNELS; o += panel) {
        for (int k = 0; k < tile; k++) {
          System.arraycopy(values, k % PIXELS * CHANNELS + o, weights, k * panel, panel);
        }
        for (int p = 0; p < points; p++) {
          int row = p * Winograd.TILES * tile;
          kernel.multiply(points, depth, v, row, tile, weights, 0, products);
          kernel.rowOutput(points, products, sums, p * pixels * panel);
        }
        kernel.columnOutput(points, sums, b, c, b, a, o, out, to + o, pixels * CHANNELS, CHANNELS);
      }
    }

    float[] pool(Pooling pooling) {
      float[] out = new float[4 * CHANNELS];
      Pooling.Columns columns = new Pooling.Columns(3, 2, 1, 1);
      int[] rows = {0, 6 * CHANNELS};
      pooling.max(values, rows, 2, 6, CHANNELS, columns, new float[6 * CHANNELS], out, 0, 2);
      pooling.average(values, rows, 2, 6, CHANNELS, columns, 9, out, 2 * CHANNELS, 2);
      return out;
    }

    float[] split(Deinterleave deinterleave) {
      int count = 3 * CHANNELS - 1;
      float[] out = new float[count];
      deinterleave.split(values, 1, count, out, 0, (count + 1) / 2);
      return out;
    }

    float[] linear(FloatLinear kernel) {
      int width = kernel.channels();
      int features = 5;
      float[] out = new float[CHANNELS];
      for (int o = 0; o < CHANNELS; o += width) {
        float[] weights = new float[features * width];
        for (int f = 0; f < features; f++) {
          System.arraycopy(values, f * CHANNELS + o, weights, f * width, width);
        }
        kernel.panel(a, features, weights, 0, b, out, o);
      }
      return out;
    }

    float[] hamming(HammingDistance hamming) {
      int words = 3;
      int rows = 16; // a multiple of any panel's
      SplittableRandom fresh = new SplittableRandom(11);
      long[] query = fresh.longs(words).toArray();
      long[] bits = fresh.longs((long) rows * words).toArray();
      long[] panels = new long[bits.length];
      for (int i = 0; i < bits.length; i++) {
        int row = i / words;
        int panel = row / hamming.rows();
        int lane = row % hamming.rows();
        panels[(panel * words + i % words) * hamming.rows() + lane] = bits[i];
      }
      int[] distances = new int[rows];
      hamming.distances(panels, 0, rows / hamming.rows(), words, query, 0, distances, 0);
      float[] out = new float[rows];
      for (int r = 0; r < rows; r++) {
        out[r] = distances[r];
      }
      return out;
    }

    float[] signedSum(SignedSum sum) {
      int columns = SignedSum.BLOCK + 3;
      SplittableRandom fresh = new SplittableRandom(12);
      long[] weights = fresh.longs(2L * columns).toArray();
      for (int c = 0; c < columns; c++) {
        weights[2 * c + 1] &= ~weights[2 * c];
      }
      float[] out = new float[SignedSum.OUTPUTS];
      sum.panel(values, 5, columns, weights, 0, out, 0);
      return out;
    }

    float[] transpose(Transposition transposition) {
      float[] out = new float[CHANNELS * 20];
      transposition.transpose(values, 3, CHANNELS, PIXELS - 1, CHANNELS - 5, out, 7, 20);
      return out;
    }
  }
}
