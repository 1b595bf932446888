// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.matrix;

import java.util.HexFormat;

/**
 * What the tests of the forms share. The literal bytes in them were computed by a script in another
 * language, straight from the published layouts: element e is the trit (e² + ⌊e / 7⌋) mod 3 - 1,
 * each byte is summed digit by digit, and fp16 scales come from that language's own conversion.
 * ggml's reference code unpacks its blocks to the same numbers, and packs these numbers to the same
 * blocks.
 */
final class FormVectors {
  private FormVectors() {}

  static byte trit(int element) {
    return (byte) ((element * element + element / 7) % 3 - 1);
  }

  static byte[] trits(int count) {
    byte[] trits = new byte[count];
    for (int e = 0; e < count; e++) {
      trits[e] = trit(e);
    }
    return trits;
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }
}
