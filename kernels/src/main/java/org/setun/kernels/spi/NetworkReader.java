// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.spi;

import java.io.IOException;
import java.nio.file.Path;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;

/**
 * A service that reads networks from files for {@link Network#load}, found with {@link
 * java.util.ServiceLoader}. The module {@code org.setun.loader} provides one. Thread-safe.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface NetworkReader {
  /**
   * Reads a network.
   *
   * @param file the file
   * @return the network, independent of the file
   * @throws IOException if the file cannot be read or is of a format that this reader does not
   *     know; the message names the file and the cause
   */
  NetworkGraph read(Path file) throws IOException;
}
