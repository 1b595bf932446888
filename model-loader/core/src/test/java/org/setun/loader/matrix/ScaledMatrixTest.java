// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.setun.kernels.TernaryMatrix;

class ScaledMatrixTest {
  private static final TernaryMatrix SMALL =
      TernaryMatrix.ofTrits(new byte[] {1, 0, -1, -1, 1, 0}, 2, 3);

  @Test
  void elementsAreTritsTimesScales() {
    assertArrayEquals(
        new float[] {-2, 0, 2, 2, -2, 0}, ScaledMatrix.of(SMALL, ScalePer.TENSOR, -2).toFloats());
    assertArrayEquals(
        new float[] {0.5f, 0, -0.5f, -3, 3, 0},
        ScaledMatrix.of(SMALL, ScalePer.ROW, 0.5f, 3).toFloats());
  }

  @Test
  void theLastBlockOfARowMayBeCut() {
    TernaryMatrix wide = TernaryMatrix.ofTrits(FormVectors.trits(2 * 300), 2, 300);
    ScaledMatrix matrix = ScaledMatrix.of(wide, ScalePer.BLOCK, 1, 2, 3, 4);
    float[] values = matrix.toFloats();
    for (int i = 0; i < values.length; i++) {
      float scale = 1 + i / 300 * 2 + i % 300 / 256;
      assertEquals(FormVectors.trit(i) * scale, values[i], 0, "element " + i);
      assertEquals(scale, matrix.scale(i / 300, i % 300));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.scale(0, 300));
  }

  @Test
  void scalesMustFit() {
    IllegalArgumentException count =
        assertThrows(
            IllegalArgumentException.class, () -> ScaledMatrix.of(SMALL, ScalePer.ROW, 1, 2, 3));
    assertEquals("3 scales given, 2x3 with one per row needs 2", count.getMessage());
    IllegalArgumentException nan =
        assertThrows(
            IllegalArgumentException.class,
            () -> ScaledMatrix.of(SMALL, ScalePer.ROW, 1, Float.NaN));
    assertEquals("scale 1 is NaN, not finite", nan.getMessage());
  }

  @Test
  void isAValue() {
    float[] scales = {1, 2};
    ScaledMatrix matrix = ScaledMatrix.of(SMALL, ScalePer.ROW, scales);
    ScaledMatrix same = ScaledMatrix.of(SMALL.rows(0, 2), ScalePer.ROW, 1, 2);
    scales[0] = 7;
    matrix.scales()[1] = 7;
    assertEquals(same, matrix);
    assertEquals(same.hashCode(), matrix.hashCode());
    assertNotEquals(ScaledMatrix.of(SMALL, ScalePer.ROW, 1, 3), matrix);
    assertNotEquals(ScaledMatrix.of(SMALL, ScalePer.BLOCK, 1, 2), matrix);
  }
}
