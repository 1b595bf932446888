// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.matrix.FormVectors.hex;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.setun.kernels.TernaryMatrix;

class TernaryBlocksTest {
  /** The elements 0 … 511 in two rows, of the scales 0.5 and -3. */
  private static final byte[] TQ1 =
      hex(
          """
          4782901198581cf8b76bc2d685b033c80953e723414782901198581cf8b76bc2
          e429ee3d35f70d501567a805705c22e38fc1e7560038
          98581cf8b76bc2d685b033c80953e723414782901198581cf8b76bc2d685b033
          35f70d501567a805705c22e3ac7bcab6ae46b50700c2
          """);

  private static final byte[] TQ2 =
      hex(
          """
          589509901901a02a122162562542640680a84a8488589509901901a02a122162
          09901901a02a122162562542640680a84a8488589509901901a02a1221625625
          0038
          1901a02a122162562542640680a84a8488589509901901a02a12216256254264
          a02a122162562542640680a84a8488589509901901a02a122162562542640680
          00c2
          """);

  private static byte[] bytes(TernaryBlocks form) {
    return form == TernaryBlocks.TQ1_0 ? TQ1 : TQ2;
  }

  private static ScaledMatrix expected() {
    TernaryMatrix trits = TernaryMatrix.ofTrits(FormVectors.trits(512), 2, 256);
    return ScaledMatrix.of(trits, ScalePer.BLOCK, 0.5f, -3);
  }

  @ParameterizedTest
  @EnumSource
  void theVectorsUnpackAndPack(TernaryBlocks form) {
    assertEquals(expected(), form.decode(bytes(form), 2, 256));
    assertArrayEquals(bytes(form), form.encode(expected()));
  }

  @Test
  void blocksHaveTheirPublishedSize() {
    assertEquals(54, TernaryBlocks.TQ1_0.blockBytes());
    assertEquals(66, TernaryBlocks.TQ2_0.blockBytes());
    assertEquals(2L * 3 * 54, TernaryBlocks.TQ1_0.byteSize(2, 768));
  }

  /** Where one element lies, for each of them: the layout of the description, spelled out. */
  @Test
  void everyElementHasItsPlace() {
    byte[] minus = new byte[256];
    Arrays.fill(minus, (byte) -1);
    for (int e = 0; e < 256; e++) {
      byte[] trits = minus.clone();
      trits[e] = 1;
      ScaledMatrix matrix =
          ScaledMatrix.of(TernaryMatrix.ofTrits(trits, 1, 256), ScalePer.TENSOR, 0);

      byte[] two = new byte[66];
      two[e / 128 * 32 + e % 32] = (byte) (2 << 2 * (e / 32 % 4));
      assertArrayEquals(two, TernaryBlocks.TQ2_0.encode(matrix), "element " + e);

      int at = e < 160 ? e % 32 : e < 240 ? 32 + e % 16 : 48 + e % 4;
      int digit = e < 160 ? e / 32 : e < 240 ? (e - 160) / 16 : (e - 240) / 4;
      int fraction = 2 * new int[] {81, 27, 9, 3, 1}[digit];
      byte[] one = new byte[54];
      one[at] = (byte) ((fraction * 256 + 242) / 243);
      assertArrayEquals(one, TernaryBlocks.TQ1_0.encode(matrix), "element " + e);
    }
  }

  /** A byte b is the fraction b / 256 in base 3: its digits are those of ⌊b · 243 / 256⌋. */
  @Test
  void everyByteOfTq1IsRead() {
    byte[] block = new byte[54];
    block[53] = 0x3c; // the scale 1
    for (int value = 0; value < 256; value++) {
      block[0] = (byte) value;
      float[] floats = TernaryBlocks.TQ1_0.decode(block, 1, 256).toFloats();
      int digits = 0;
      for (int n = 0; n < 5; n++) {
        digits = digits * 3 + (int) floats[32 * n] + 1;
      }
      assertEquals(value * 243 / 256, digits, "byte " + value);
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalBlocksARowComeBack(TernaryBlocks form) {
    Random random = new Random(3);
    byte[] trits = new byte[3 * 512];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    TernaryMatrix matrix = TernaryMatrix.ofTrits(trits, 3, 512);
    ScaledMatrix blocks = ScaledMatrix.of(matrix, ScalePer.BLOCK, 1, 2, 3, 4, 5, 6);
    assertEquals(blocks, form.decode(form.encode(blocks), 3, 512));
    ScaledMatrix rows = ScaledMatrix.of(matrix, ScalePer.ROW, 1, 2, 3);
    assertArrayEquals(
        new float[] {1, 1, 2, 2, 3, 3}, form.decode(form.encode(rows), 3, 512).scales());
  }

  @Test
  void whatFitsNoFormIsRefused() {
    byte[] three = TQ2.clone();
    three[65 + 1] = 3;
    assertRefused("byte 66 has the code 3, which is no trit", TernaryBlocks.TQ2_0, three, 256);
    byte[] infinite = TQ1.clone();
    infinite[53] = 0x7c;
    infinite[52] = 0;
    assertRefused("scale 0 is Infinity, not finite", TernaryBlocks.TQ1_0, infinite, 256);
    assertRefused("108 bytes given, 2x512 needs 216", TernaryBlocks.TQ1_0, TQ1, 512);
    assertRefused("255 columns do not fill blocks of 256", TernaryBlocks.TQ1_0, TQ1, 255);
    ScaledMatrix large = ScaledMatrix.of(expected().trits(), ScalePer.TENSOR, 65_520);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TernaryBlocks.TQ2_0.encode(large));
    assertEquals("the scale 65520.0 is beyond the range of fp16", e.getMessage());
  }

  private static void assertRefused(String message, TernaryBlocks form, byte[] bytes, int columns) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> form.decode(bytes, 2, columns));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }
}
