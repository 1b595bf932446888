// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.PlanarEpilogue;
import org.setun.kernels.op.PlanarPooling;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.op.TritExpansion;
import org.setun.kernels.op.TritLists;

/**
 * Self-check of the operations on direct trits, beside plain loops. Cases are as small as they can
 * be and still reach every branch: a fresh JVM interprets vector code.
 */
public final class BitSlicedCheck {
  /**
   * What was found so far: two families run on the same kernels, and interpreted it takes 0.1 s.
   */
  private static final Map<BitSlicedKernels, Optional<String>> FOUND = new ConcurrentHashMap<>();

  private final BitSlicedKernels kernels;
  private final SplittableRandom random = new SplittableRandom(1958);

  private BitSlicedCheck(BitSlicedKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Checks the operations, once for the same kernels.
   *
   * @return what is wrong, or empty
   */
  public static Optional<String> check(BitSlicedKernels kernels) {
    return FOUND.computeIfAbsent(kernels, BitSlicedCheck::find);
  }

  private static Optional<String> find(BitSlicedKernels kernels) {
    BitSlicedCheck check = new BitSlicedCheck(kernels);
    return Stream.<Function<BitSlicedCheck, Optional<String>>>of(
            BitSlicedCheck::sum,
            BitSlicedCheck::expansion,
            BitSlicedCheck::counts,
            BitSlicedCheck::lists,
            BitSlicedCheck::epilogue,
            BitSlicedCheck::ternarizer,
            BitSlicedCheck::pooling)
        .map(operation -> operation.apply(check))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private <T> Optional<String> compare(String operation, T[] expected, T[] actual) {
    int wrong = Arrays.mismatch(expected, actual);
    return wrong < 0
        ? Optional.empty()
        : Optional.of(
            kernels.sum().name()
                + "'s "
                + operation
                + " computed "
                + actual[wrong]
                + " where "
                + expected[wrong]
                + " is right (element "
                + wrong
                + ")");
  }

  private Optional<String> compare(String operation, int[] expected, int[] actual) {
    return compare(operation, boxed(expected), boxed(actual));
  }

  private Optional<String> compare(String operation, float[] expected, float[] actual) {
    Float[] expectedValues = new Float[expected.length];
    Float[] actualValues = new Float[actual.length];
    Arrays.setAll(expectedValues, i -> expected[i]);
    Arrays.setAll(actualValues, i -> actual[i]);
    return compare(operation, expectedValues, actualValues);
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  private static int bit(byte[] bytes, int from, int index) {
    return bytes[from + index / Byte.SIZE] >> index % Byte.SIZE & 1;
  }

  private static void put(byte[] bytes, int from, int index, boolean value) {
    if (value) {
      bytes[from + index / Byte.SIZE] |= (byte) (1 << index % Byte.SIZE);
    }
  }

  private int trit() {
    return random.nextInt(3) - 1;
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextDouble() * 4 - 2);
    }
    return values;
  }

  private static int[] read(byte[] counters, int planes, int lanes) {
    int[] sums = new int[lanes];
    for (int p = 0; p < planes; p++) {
      for (int lane = 0; lane < lanes; lane++) {
        sums[lane] |= bit(counters, p * lanes / Byte.SIZE, lane) << p;
      }
    }
    return sums;
  }

  private static byte[] write(int[] sums, int planes) {
    byte[] counters = new byte[planes * sums.length / Byte.SIZE];
    for (int p = 0; p < planes; p++) {
      for (int lane = 0; lane < sums.length; lane++) {
        put(counters, p * sums.length / Byte.SIZE, lane, (sums[lane] >> p & 1) != 0);
      }
    }
    return counters;
  }

  private Optional<String> sum() {
    int lanes = kernels.sum().lanes();
    int bytes = kernels.sum().bytes();
    int entries = 2 * BitSlicedSum.GROUP;
    int planes = 12;
    int[] expected = new int[lanes];
    int[] fresh = new int[lanes];
    // Carries from some of these run through all planes.
    Arrays.setAll(expected, lane -> lane % 2 == 0 ? 2047 - random.nextInt(64) : lane);
    byte[] counters = write(expected, planes);
    byte[] table = new byte[entries * 2 * bytes];
    char[] offsets = new char[entries];
    for (int entry = 0; entry < entries; entry++) {
      offsets[entry] = (char) (entry * 2 * bytes);
      for (int lane = 0; lane < lanes; lane++) {
        int trit = lane == 0 ? 1 : trit();
        put(table, offsets[entry], lane, trit == 1);
        put(table, offsets[entry] + bytes, lane, trit == 0);
        expected[lane] += trit + 1;
        fresh[lane] += trit + 1;
      }
    }
    kernels.sum().add(table, bytes, offsets, 0, entries, counters, 0, planes, false);
    Optional<String> wrong = compare("sum", expected, read(counters, planes, lanes));
    kernels.sum().add(table, bytes, offsets, 0, entries, counters, 0, planes, true);
    return wrong.or(() -> compare("sum", fresh, read(counters, planes, lanes)));
  }

  private Optional<String> expansion() {
    return Stream.of(Short.SIZE, Integer.SIZE, Long.SIZE)
        .map(this::expansion)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> expansion(int rowBits) {
    int planeBytes = kernels.sum().bytes() + Long.BYTES;
    int channels = rowBits == Long.SIZE ? 2 : 1;
    byte[] map = new byte[channels * 2 * planeBytes];
    int[] trits = new int[channels * planeBytes * Byte.SIZE];
    int[] shifts = {0, 3};
    int planes = planeBytes * Byte.SIZE;
    int[] expected = new int[channels * shifts.length * TritExpansion.PLANES * planes];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = trit();
      int from = i / planes * 2 * planeBytes;
      put(map, from, i % planes, trits[i] == 1);
      put(map, from + planeBytes, i % planes, trits[i] != 0);
    }
    for (int i = 0; i < expected.length; i++) {
      int bit = i % planes;
      int plane = i / planes % TritExpansion.PLANES;
      int tap = i / planes / TritExpansion.PLANES;
      int shift = shifts[tap % shifts.length];
      boolean inside = bit % rowBits + shift < rowBits;
      int trit = inside ? trits[tap / shifts.length * planes + bit + shift] : 0;
      expected[i] = trit == (plane == 0 ? 1 : plane == 2 ? -1 : 0) ? 1 : 0;
    }
    byte[] table = new byte[expected.length / Byte.SIZE];
    kernels
        .expansion()
        .expand(
            map,
            0,
            2 * planeBytes,
            planeBytes,
            channels,
            new int[shifts.length],
            shifts,
            rowBits,
            planeBytes,
            table);
    int[] actual = new int[expected.length];
    Arrays.setAll(actual, i -> bit(table, 0, i));
    return compare("expansion of rows of " + rowBits + " bits", expected, actual);
  }

  private Optional<String> counts() {
    return counts(12, false).or(() -> counts(16, true));
  }

  private Optional<String> counts(int planes, boolean interleaved) {
    int lanes = kernels.sum().lanes();
    int bias = 48;
    int[] sums = new int[lanes];
    Arrays.setAll(sums, lane -> random.nextInt(1 << planes));
    int[] expected = new int[lanes];
    for (int lane = 0; lane < lanes; lane++) {
      int to = interleaved ? lanes / 8 * (lane % 8) + lane / 8 : lane;
      expected[to] = sums[lane] - bias;
    }
    byte[] counters = write(sums, planes);
    byte[] work = new byte[BitSlicedCounts.workBytes(lanes)];
    int[] actual = new int[lanes];
    if (interleaved) {
      kernels.counts().interleaved(counters, 0, planes, bias, work, actual, 0);
    } else {
      kernels.counts().inOrder(counters, 0, planes, bias, work, actual, 0);
    }
    return compare(interleaved ? "interleaved counts" : "counts in order", expected, actual);
  }

  private Optional<String> lists() {
    int step = 256;
    int minus = 128;
    long nonzero = random.nextLong() | random.nextLong();
    long sign = random.nextLong();
    int[] expected = new int[Long.bitCount(nonzero) + 1];
    int count = 0;
    for (int eight = 0; eight < Long.SIZE; eight += Byte.SIZE) {
      for (int negative = 0; negative < 2; negative++) {
        for (int c = eight; c < eight + Byte.SIZE; c++) {
          if ((nonzero >>> c & 1) != 0 && (sign >>> c & 1) == negative) {
            expected[count++] = 3 + c * step + negative * minus;
          }
        }
      }
    }
    char[] list = new char[Long.SIZE + TritLists.SLACK];
    int[] actual = new int[expected.length];
    expected[count] = count;
    actual[count] = kernels.lists().append(nonzero, sign, 3, step, minus, list, 0);
    for (int i = 0; i < count; i++) {
      actual[i] = list[i];
    }
    return compare("lists", expected, actual);
  }

  private Optional<String> epilogue() {
    return epilogue(false, false)
        .or(() -> epilogue(false, true))
        .or(() -> epilogue(true, false))
        .or(() -> epilogue(true, true));
  }

  private Optional<String> epilogue(boolean twoScales, boolean shortcut) {
    int width = 17;
    int rows = 2;
    int pitch = 2 * PlanarEpilogue.COPIES;
    int[] counts = new int[2 * rows * pitch];
    Arrays.setAll(counts, i -> i * 37 % 577 - 288);
    int minus = twoScales ? rows * pitch : 0;
    float[] perChannel = floats(PlanarEpilogue.PARAMETERS);
    float[] parameters = new float[perChannel.length * PlanarEpilogue.COPIES];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = perChannel[i / PlanarEpilogue.COPIES];
    }
    float[] added = floats(rows * pitch);
    float[] expected = new float[rows * width];
    for (int i = 0; i < expected.length; i++) {
      int at = i / width * pitch + i % width;
      float y = Math.fma((float) counts[at], perChannel[0], perChannel[2]);
      y = twoScales ? Math.fma((float) counts[at + minus], perChannel[1], y) : y;
      y = shortcut ? y + added[at] : y;
      expected[i] = y < 0 ? y * perChannel[3] : y;
    }
    float[] out = new float[rows * pitch];
    kernels
        .epilogue()
        .fromCounts(
            counts,
            0,
            minus,
            pitch,
            rows,
            width,
            parameters,
            0,
            shortcut ? added : null,
            0,
            pitch,
            out,
            0,
            pitch);
    return compare("epilogue", expected, columns(out, rows, pitch, width));
  }

  /** The columns in use of rows that lie further apart. */
  private static float[] columns(float[] values, int rows, int pitch, int width) {
    float[] used = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * pitch, used, row * width, width);
    }
    return used;
  }

  private Optional<String> ternarizer() {
    int width = 67;
    int pitch = 80;
    int rows = 2;
    float[] values = floats(rows * pitch);
    values[1] = Float.NaN;
    values[2] = -0f;
    values[3] = Float.NEGATIVE_INFINITY;
    values[4] = Float.POSITIVE_INFINITY;
    int words = Math.ceilDiv(width, Long.SIZE);
    Long[] expected = new Long[2 * rows * words];
    Arrays.fill(expected, 0L);
    for (int i = 0; i < rows * width; i++) {
      float v = -values[i / width * pitch + i % width];
      int at = 2 * (i / width * words + i % width / Long.SIZE);
      long bit = 1L << i % width;
      expected[at] |= v < 0 || v < 0.5f ? 0 : bit;
      expected[at + 1] |= v < 0 || !(v < 0.5f) ? bit : 0;
    }
    long[] bits = new long[expected.length];
    kernels.ternarizer().bits(values, 0, pitch, rows, width, 0, 0.5f, true, bits);
    return compare("ternarizer", expected, Arrays.stream(bits).boxed().toArray(Long[]::new));
  }

  private Optional<String> pooling() {
    return Stream.of(1, 2, 3).map(this::pooling).flatMap(Optional::stream).findFirst();
  }

  private Optional<String> pooling(int stride) {
    int width = 17;
    int pitch = 2 * PlanarEpilogue.COPIES;
    float[] in = floats(2 * pitch);
    int[] rows = {pitch, 0};
    Pooling.Columns window = new Pooling.Columns(3, stride, 1, 2);
    int outWidth = (width + 2 - 5) / stride + 1;
    float[] expected = new float[outWidth];
    for (int x = 0; x < outWidth; x++) {
      expected[x] = Float.NEGATIVE_INFINITY;
      for (int tap = 0; tap < 3; tap++) {
        int column = x * stride - 1 + 2 * tap;
        if (column >= 0 && column < width) {
          expected[x] = Math.max(expected[x], Math.max(in[column], in[pitch + column]));
        }
      }
    }
    float[] work = new float[PlanarPooling.workFloats(width, window, outWidth)];
    float[] out = new float[pitch];
    kernels.pooling().max(in, rows, rows.length, width, window, work, out, 0, outWidth);
    return compare("pooling of stride " + stride, expected, Arrays.copyOf(out, outWidth));
  }
}
