// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checked-in kernels are those that {@link ZFoldSource} writes. */
class ZFoldSourceTest {
  private static final Path FOLDER = Path.of("src/main/java/org/setun/kernels/vector");

  static Iterable<ZFoldSource> sources() {
    return ZFoldSource.ALL;
  }

  @ParameterizedTest
  @MethodSource("sources")
  void checkedInAsWritten(ZFoldSource source) throws IOException {
    Path file = FOLDER.resolve(source.name() + ".java");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, source.text());
    }
    assertEquals(source.text(), Files.readString(file), file + ": run with -Dgolden=write");
  }
}
