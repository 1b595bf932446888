// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import java.util.SplittableRandom;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.PlanarEpilogue;
import org.setun.kernels.op.TritExpansion;

/** The operations on direct trits, on operands of the size of 64 channels at 56×56. */
public final class BitSlicedWork {
  /** Lists of a run, each with counters of its own. */
  public static final int LISTS = 64;

  /** Bytes of the table, about as many as a layer has: beyond the reach of a small cache. */
  private static final int TABLE_BYTES = 40 * 1024;

  /** Trits that {@link #append} looks at. */
  public static final int TRITS = 64 * 64;

  private static final int ROWS = 64;
  private static final int WIDTH = 64;

  /** Values of {@link #epilogue} and {@link #ternarize}. */
  public static final int VALUES = ROWS * WIDTH;

  private static final int[] STARTS = {0, 0, 0};
  private static final int[] SHIFTS = {0, 1, 2};
  private static final int COUNTER_PLANES = 12;

  private final BitSlicedKernels kernels;
  private final int channels;
  private final int bytes;
  private final byte[] map;
  private final byte[] table;
  private final char[] offsets;
  private final byte[] counters;
  private final byte[] work;
  private final int[] integers;
  private final char[] list = new char[TRITS + 64];
  private final long[] trits;
  private final float[] parameters = new float[PlanarEpilogue.PARAMETERS * PlanarEpilogue.COPIES];
  private final float[] values = new float[VALUES];
  private final long[] bits = new long[2 * ROWS];

  /** Makes operands for some kernels. */
  public BitSlicedWork(BitSlicedKernels kernels) {
    this.kernels = kernels;
    bytes = kernels.sum().bytes();
    channels = TABLE_BYTES / (STARTS.length * TritExpansion.PLANES * bytes);
    SplittableRandom random = new SplittableRandom(64);
    map = new byte[channels * 2 * bytes];
    random.nextBytes(map);
    table = new byte[planes() * bytes];
    int entries = planes() / 2;
    offsets = new char[LISTS * BitSlicedSum.LONGEST];
    for (int i = 0; i < offsets.length; i++) {
      // As in lists of weights, offsets ascend.
      int place =
          Math.min(
              entries - 1,
              i % BitSlicedSum.LONGEST * entries / BitSlicedSum.LONGEST
                  + random.nextInt(entries / BitSlicedSum.LONGEST + 1));
      offsets[i] = (char) (place * 2 * bytes);
    }
    counters = new byte[LISTS * COUNTER_PLANES * bytes];
    work = new byte[BitSlicedCounts.workBytes(kernels.sum().lanes())];
    integers = new int[Math.max(VALUES, kernels.sum().lanes())];
    trits = random.longs(2 * TRITS / Long.SIZE).toArray();
    expand();
  }

  /** Planes of the table. */
  public int planes() {
    return channels * STARTS.length * TritExpansion.PLANES;
  }

  /** Adds lists of a length, a multiple of {@link BitSlicedSum#GROUP}. */
  public void add(int length) {
    for (int i = 0; i < LISTS; i++) {
      int from = i * BitSlicedSum.LONGEST;
      kernels
          .sum()
          .add(
              table,
              bytes,
              offsets,
              from,
              from + length,
              counters,
              i * COUNTER_PLANES * bytes,
              COUNTER_PLANES,
              false);
    }
  }

  /** Expands all planes. */
  public void expand() {
    kernels
        .expansion()
        .expand(map, 0, 2 * bytes, bytes, channels, STARTS, SHIFTS, Long.SIZE, bytes, table);
  }

  /** Makes all counters integers. */
  public void counts() {
    for (int i = 0; i < LISTS; i++) {
      kernels
          .counts()
          .inOrder(counters, i * COUNTER_PLANES * bytes, COUNTER_PLANES, 7, work, integers, 0);
    }
  }

  /** Lists trits. */
  public void append() {
    int at = 0;
    for (int i = 0; i < trits.length; i += 2) {
      at = kernels.lists().append(trits[i], trits[i + 1], 0, 4 * bytes, 2 * bytes, list, at);
    }
  }

  /** Makes integers values. */
  public void epilogue() {
    kernels
        .epilogue()
        .fromCounts(
            integers, 0, 0, WIDTH, ROWS, WIDTH, parameters, 0, values, 0, WIDTH, values, 0, WIDTH);
  }

  /** Makes values trits. */
  public void ternarize() {
    kernels.ternarizer().bits(values, 0, WIDTH, ROWS, WIDTH, -0.5f, 0.5f, false, bits);
  }
}
