// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Values that arithmetic treats in a way of its own, between others. */
final class SpecialValues {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    0.5f,
    -0.5f
  };

  private SpecialValues() {}

  /** Values between -2 and 2, every third a special one. */
  static float[] floats(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          random.nextInt(3) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : (float) random.nextDouble(-2, 2);
    }
    return values;
  }

  /** The bits of values, one for all NaN. */
  static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }
}
