// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What {@code Int8ProductTest} cannot see of sums of digits. */
class DigitSumTest {
  private static final Path SOURCES = Path.of("src/main/java/org/setun/kernels/vector");

  /**
   * The loop over entries stands twice, since a list of 16 and one of 32 bits are two types to C2.
   * What is changed in one has to be changed in the other.
   */
  @Test
  void theLoopIsThatOfTheOtherSums() throws IOException {
    String sum = loop("VectorBitSlicedSum.java").replace("onesPlane", "BYTES");
    String digits = loop("VectorDigitSum.java").replace("] + base;", "];");
    assertEquals(sum, digits);
  }

  private static String loop(String file) throws IOException {
    String source = Files.readString(SOURCES.resolve(file));
    String from = "    ByteVector more = ByteVector.zero(BYTE);";
    String end = "s256 = r2.lanewise(XOR, s256);";
    return source.substring(source.indexOf(from), source.indexOf(end));
  }
}
