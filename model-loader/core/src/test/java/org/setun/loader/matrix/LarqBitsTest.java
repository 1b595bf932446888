// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.matrix.FormVectors.hex;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.TernaryKernel;

class LarqBitsTest {
  /**
   * Two output channels, a row of two taps, 35 input channels; of the elements k, counted in that
   * order, those with (k³ + ⌊k / 3⌋) mod 5 below 2 are -1. Computed as {@link FormVectors} says.
   */
  private static final byte[] VECTOR =
      hex("b3a059d00400000005cd8266010000006816340b02000000b3a059d004000000");

  private static int weight(int k) {
    return (k * k * k + k / 3) % 5 < 2 ? -1 : 1;
  }

  @Test
  void theVectorUnpacksAndPacks() {
    TernaryKernel kernel = LarqBits.decode(VECTOR, 2, 35, 1, 2);
    for (int o = 0, k = 0; o < 2; o++) {
      for (int x = 0; x < 2; x++) {
        for (int c = 0; c < 35; c++, k++) {
          assertEquals(weight(k), kernel.trit(o, c, 0, x), o + ", " + x + ", " + c);
        }
      }
    }
    assertArrayEquals(VECTOR, LarqBits.encode(kernel));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 31", "2, 32", "2, 33", "4, 64", "3, 65", "2, 96", "1, 130"})
  void kernelsComeBackAroundTheEdgesOfWords(int outputs, int inputs) {
    Random random = new Random(inputs);
    byte[] trits = new byte[outputs * inputs * 6];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (random.nextBoolean() ? 1 : -1);
    }
    TernaryKernel kernel = TernaryKernel.ofTrits(trits, outputs, inputs, 2, 3);
    byte[] bytes = LarqBits.encode(kernel);
    assertEquals(outputs * 6 * Math.ceilDiv(inputs, 32) * 4, bytes.length);
    TernaryKernel read = LarqBits.decode(bytes, outputs, inputs, 2, 3);
    assertArrayEquals(kernel.signPlane(), read.signPlane());
    assertArrayEquals(kernel.nonzeroPlane(), read.nonzeroPlane());
  }

  @Test
  void whatFitsNoKernelIsRefused() {
    byte[] behind = VECTOR.clone();
    behind[4] |= 8; // channel 35 of the first tap
    assertRefused("word 1 has bits set after the last channel", behind, 2, 35);
    assertRefused("32 bytes given, 2x1x2x65 needs 48", VECTOR, 2, 65);
    assertRefused("an extent of the kernel is below 1", VECTOR, -2, 35);
    TernaryKernel zero = TernaryKernel.ofTrits(new byte[] {1, 0}, 1, 2, 1, 1);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> LarqBits.encode(zero));
    assertEquals("1 weights are 0, which a binary kernel has no bit for", e.getMessage());
  }

  private static void assertRefused(String message, byte[] bytes, int outputs, int inputs) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> LarqBits.decode(bytes, outputs, inputs, 1, 2));
    assertTrue(e.getMessage().equals(message), e.getMessage());
  }
}
