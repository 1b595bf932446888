// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.setun.kernels.spi.NetworkReader;

/** A reader that really reads is tested where one is: in the module org.setun.loader. */
class NetworkReadersTest {
  private static final Path FILE = Path.of("folder", "some.setun");
  private static final NetworkGraph GRAPH = TestNetwork.graph();

  private static NetworkReader failing(String message) {
    return file -> {
      throw new IOException(message);
    };
  }

  @Test
  void withoutAReaderTheErrorNamesTheDependency() {
    String message =
        assertThrows(IllegalStateException.class, () -> Network.load(FILE)).getMessage();
    assertTrue(message.contains(FILE.toString()), message);
    assertTrue(message.contains("org.setun:setun-model-loader"), message);
  }

  @Test
  void theFirstReaderThatCan() throws Exception {
    NetworkReader same =
        file -> {
          assertEquals(FILE, file);
          return GRAPH;
        };
    assertSame(GRAPH, NetworkReaders.read(FILE, List.of(failing("a"), same, failing("b"))));
  }

  @Test
  void ofSeveralFailuresTheFirst() {
    List<NetworkReader> readers = List.of(failing("a"), failing("b"), failing("c"));
    IOException e = assertThrows(IOException.class, () -> NetworkReaders.read(FILE, readers));
    assertEquals("a", e.getMessage());
    assertArrayEquals(
        new String[] {"b", "c"},
        List.of(e.getSuppressed()).stream().map(Throwable::getMessage).toArray());
  }
}
