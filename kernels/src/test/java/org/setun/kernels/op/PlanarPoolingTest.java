// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Max pooling of rows, tap by tap. */
class PlanarPoolingTest {
  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyWindowAndWidth(KernelSet set) {
    SplittableRandom random = new SplittableRandom(10);
    for (int width : IntStream.concat(IntStream.rangeClosed(1, 67), IntStream.of(130)).toArray()) {
      for (int taps = 1; taps <= 3; taps++) {
        for (int stride = 1; stride <= 4; stride++) {
          for (int dilation = 1; dilation <= 3; dilation++) {
            int reach = dilation * (taps - 1) + 1;
            int padLeft = random.nextInt(reach);
            int padRight = random.nextInt(reach);
            int free = padLeft + width + padRight - reach;
            if (free >= 0) {
              Pooling.Columns window = new Pooling.Columns(taps, stride, padLeft, dilation);
              check(set.bitSliced().pooling(), random, width, window, free / stride + 1);
            }
          }
        }
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("sets")
  void onceCompiled(KernelSet set) {
    PlanarPooling pooling = set.bitSliced().pooling();
    float[] in = SpecialValues.floats(new SplittableRandom(11), 2 * 48);
    int[] rows = {0, 48};
    float[] out = new float[64];
    for (int stride = 1; stride <= 3; stride++) {
      Pooling.Columns window = new Pooling.Columns(3, stride, 1, 1);
      int outWidth = 33 / stride + 1;
      float[] work = new float[PlanarPooling.workFloats(35, window, outWidth)];
      for (int call = 0; call < 10_000; call++) {
        pooling.max(in, rows, 2, 35, window, work, out, 0, outWidth);
      }
    }
    everyWindowAndWidth(set);
  }

  private static void check(
      PlanarPooling pooling,
      SplittableRandom random,
      int width,
      Pooling.Columns window,
      int outWidth) {
    int pitch = Math.ceilDiv(width, 16) * 16;
    int rowCount = 1 + random.nextInt(3);
    int[] rows = {2 * pitch + 3, 3, pitch + 3, Integer.MAX_VALUE};
    // Half of the rows without special values, which would hide what is wrong.
    float[] in =
        random.nextBoolean()
            ? SpecialValues.floats(random, 3 * pitch + 3)
            : plain(random, 3 * pitch + 3);
    for (int row = 0; row < 3; row++) {
      // What lies behind a row's last column takes no part.
      Arrays.fill(in, 3 + row * pitch + width, 3 + (row + 1) * pitch, Float.NaN);
    }
    int to = 2;
    int whole = Math.ceilDiv(outWidth, 16) * 16;
    float[] expected = new float[to + whole + 5];
    Arrays.fill(expected, 0x5EED);
    float[] actual = expected.clone();
    for (int x = 0; x < outWidth; x++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int tap = 0; tap < window.taps(); tap++) {
        int column = x * window.stride() + tap * window.dilation() - window.padLeft();
        for (int row = 0; column >= 0 && column < width && row < rowCount; row++) {
          max = Math.max(max, in[rows[row] + column]);
        }
      }
      expected[to + x] = max;
    }
    float[] work = new float[PlanarPooling.workFloats(width, window, outWidth)];
    Arrays.fill(work, Float.NaN);
    pooling.max(in, rows, rowCount, width, window, work, actual, to, outWidth);
    Arrays.fill(actual, to + outWidth, to + whole, 0x5EED);
    assertArrayEquals(
        SpecialValues.bits(expected),
        SpecialValues.bits(actual),
        () -> width + " columns, " + rowCount + " rows, " + window);
  }

  private static float[] plain(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
  }
}
