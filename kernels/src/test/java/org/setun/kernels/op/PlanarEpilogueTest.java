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

/** From counts to values, value by value. */
class PlanarEpilogueTest {
  /** What a result of a convolution may add. */
  private enum Shortcut {
    NONE,
    OTHER,
    IN_PLACE
  }

  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyWidth(KernelSet set) {
    SplittableRandom random = new SplittableRandom(4);
    for (int width : IntStream.concat(IntStream.rangeClosed(1, 67), IntStream.of(130)).toArray()) {
      for (int rows = 1; rows <= 3; rows++) {
        for (int scales = 1; scales <= 2; scales++) {
          for (Shortcut shortcut : Shortcut.values()) {
            new Case(set, random, width, rows, scales, shortcut).check();
          }
        }
      }
    }
  }

  /** The interpreter and C2 are two implementations of a vector kernel. */
  @ParameterizedTest
  @MethodSource("sets")
  void onceCompiled(KernelSet set) {
    SplittableRandom random = new SplittableRandom(5);
    for (int scales = 1; scales <= 2; scales++) {
      for (Shortcut shortcut : Shortcut.values()) {
        Case warm = new Case(set, random, 35, 2, scales, shortcut);
        for (int call = 0; call < 10_000; call++) {
          warm.run();
        }
      }
    }
    everyWidth(set);
  }

  private static final class Case {
    private static final int CHANNEL = 2;
    private static final int FROM = 3;
    private static final int TO = 5;

    private final KernelSet set;
    private final int width;
    private final int rows;
    private final Shortcut kind;
    private final int countPitch;
    private final int pitch;
    private final int minus;
    private final int[] counts;
    private final float[] perChannel;
    private final float[] parameters;
    private final float[] before;
    private final float[] out;
    private final float[] shortcut;
    private final int shortcutFrom;
    private final int shortcutPitch;

    Case(KernelSet set, SplittableRandom random, int width, int rows, int scales, Shortcut kind) {
      this.set = set;
      this.width = width;
      this.rows = rows;
      this.kind = kind;
      int whole = Math.ceilDiv(width, PlanarEpilogue.COPIES) * PlanarEpilogue.COPIES;
      // Rows that follow each other without a gap, or with one.
      countPitch = whole + random.nextInt(2) * 8;
      pitch = whole + random.nextInt(2) * 16;
      minus = scales == 1 ? 0 : rows * countPitch + 1;
      counts = random.ints(FROM + 2L * (rows * countPitch + 1), -5000, 5001).toArray();
      // In one case of two all are plain, so that the special ones do not hide what is wrong.
      boolean special = random.nextBoolean();
      perChannel = special ? SpecialValues.floats(random, 4) : plain(random, 4);
      if (random.nextInt(3) == 0) {
        perChannel[3] = 1; // no PReLU
      }
      parameters = new float[(CHANNEL + 1) * PlanarEpilogue.PARAMETERS * PlanarEpilogue.COPIES];
      Arrays.fill(parameters, Float.NaN);
      for (int i = 0; i < 4; i++) {
        int at = (CHANNEL * PlanarEpilogue.PARAMETERS + i) * PlanarEpilogue.COPIES;
        Arrays.fill(parameters, at, at + PlanarEpilogue.COPIES, perChannel[i]);
      }
      before = SpecialValues.floats(random, TO + rows * pitch + 4);
      out = before.clone();
      shortcutPitch = kind == Shortcut.OTHER ? pitch + 8 : pitch;
      shortcutFrom = kind == Shortcut.OTHER ? 1 : TO;
      shortcut =
          switch (kind) {
            case NONE -> null;
            case OTHER -> SpecialValues.floats(random, shortcutFrom + rows * shortcutPitch);
            case IN_PLACE -> out;
          };
    }

    private static float[] plain(SplittableRandom random, int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextDouble(-2, 2);
      }
      return values;
    }

    void run() {
      set.bitSliced()
          .epilogue()
          .fromCounts(
              counts,
              FROM,
              minus,
              countPitch,
              rows,
              width,
              parameters,
              CHANNEL,
              shortcut,
              shortcutFrom,
              shortcutPitch,
              out,
              TO,
              pitch);
    }

    private float value(int row, int x) {
      int count = FROM + row * countPitch + x;
      float y = Math.fma((float) counts[count], perChannel[0], perChannel[2]);
      if (minus != 0) {
        y = Math.fma((float) counts[count + minus], perChannel[1], y);
      }
      float[] added = kind == Shortcut.IN_PLACE ? before : shortcut;
      if (added != null) {
        y = y + added[shortcutFrom + row * shortcutPitch + x];
      }
      return y < 0 ? y * perChannel[3] : y;
    }

    void check() {
      System.arraycopy(before, 0, out, 0, out.length);
      float[] expected = before.clone();
      for (int row = 0; row < rows; row++) {
        for (int x = 0; x < width; x++) {
          expected[TO + row * pitch + x] = value(row, x);
        }
      }
      run();
      int whole = Math.ceilDiv(width, PlanarEpilogue.COPIES) * PlanarEpilogue.COPIES;
      for (int row = 0; row < rows; row++) {
        // Up to a whole vector past the last column anything may be written.
        int at = TO + row * pitch + width;
        System.arraycopy(expected, at, out, at, whole - width);
      }
      assertArrayEquals(
          SpecialValues.bits(expected),
          SpecialValues.bits(out),
          () -> width + " columns, " + rows + " rows, " + kind + ", minus " + minus);
    }
  }
}
