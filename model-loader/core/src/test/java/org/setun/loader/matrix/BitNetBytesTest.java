// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.setun.loader.matrix.FormVectors.hex;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.TernaryMatrix;

class BitNetBytesTest {
  /** Three columns; five rows leave three codes after the last row. */
  @ParameterizedTest
  @CsvSource({"8, 902909244949", "5, 102909040909"})
  void theVectorsUnpackAndPack(int rows, String bytes) {
    TernaryMatrix trits = TernaryMatrix.ofTrits(FormVectors.trits(rows * 3), rows, 3);
    assertEquals(
        ScaledMatrix.of(trits, ScalePer.TENSOR, 0.25f),
        BitNetBytes.decode(hex(bytes), rows, 3, 0.25f));
    assertArrayEquals(hex(bytes), BitNetBytes.encode(trits));
  }

  /** The example in the documentation of transformers' {@code unpack_weights}. */
  @Test
  void theExampleOfTransformersUnpacks() {
    byte[] packed = {(byte) 0b10100001, 0b00011000, (byte) 0b10010000, 0b00001010};
    byte[] expected = {0, -1, -1, 1, -1, 1, -1, 1, 1, 0, 0, -1, 1, -1, 1, -1};
    assertArrayEquals(expected, BitNetBytes.decode(packed, 8, 2, 1).trits().toTrits());
  }

  @Test
  void whatFitsNoMatrixIsRefused() {
    assertRefused("byte 1 has the code 3, which is no trit", "0003", 4, 2);
    assertRefused("a code after the last row is not 0", "40", 3, 1);
    assertRefused("2 bytes given, 5x2 needs 4", "0000", 5, 2);
    assertRefused("matrix 0x2 is empty", "", 0, 2);
  }

  private static void assertRefused(String message, String bytes, int rows, int columns) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> BitNetBytes.decode(hex(bytes), rows, columns, 1));
    assertEquals(message, e.getMessage());
  }
}
