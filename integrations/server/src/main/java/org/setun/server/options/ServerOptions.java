// SPDX-License-Identifier: Apache-2.0
package org.setun.server.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a server is set up.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0: any that is free
 * @param threads threads that decode images and run the network
 * @param queue requests that may wait for a thread
 * @param batch requests that a thread takes at once, at most
 * @param batchWait how long a thread waits, from the arrival of a batch's first request on, for
 *     others to join it
 * @param maxBody bytes of a request's body, at most
 * @param maxPixels pixels of an image, at most
 * @param connections connections that are open at one time, at most
 * @param timeout how long a request may take to arrive, and how long it may wait to be answered
 * @param log takes a line of JSON for each request, from several threads; empty: none is written
 * @param token what requests must bear in their header {@code Authorization}, but for those that
 *     ask for health, the page and the description of the API; empty: none
 * @param tls what to speak HTTPS with; empty: plain HTTP
 * @param grace how long a stopping server waits for the requests it has accepted
 */
public record ServerOptions(
    String host,
    int port,
    int threads,
    int queue,
    int batch,
    Duration batchWait,
    int maxBody,
    int maxPixels,
    int connections,
    Duration timeout,
    Optional<Consumer<String>> log,
    Optional<String> token,
    Optional<TlsFiles> tls,
    Duration grace) {

  /**
   * Where a certificate and its key are.
   *
   * @param certificate a PEM file: the server's certificate, and those of the authorities between
   *     it and the root
   * @param key a PEM file: its private key in PKCS #8, unencrypted
   */
  public record TlsFiles(Path certificate, Path key) {}

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of its range; the message names its option
   */
  public ServerOptions {
    check(port >= 0 && port < 1 << 16, "--port must be between 0 and 65535");
    check(threads > 0, "--threads must be at least 1");
    check(queue > 0, "--queue must be at least 1");
    check(batch > 0 && batch <= 1024, "--batch must be between 1 and 1024");
    check(!batchWait.isNegative(), "--batch-wait must not be negative");
    check(maxBody > 0, "--max-body must be at least 1");
    check(maxPixels > 0 && maxPixels <= 1 << 26, "--max-pixels must be between 1 and 67108864");
    check(connections > 0, "--connections must be at least 1");
    check(timeout.isPositive(), "--timeout must be positive");
    check(
        token.isEmpty() || token.get().matches("[!-~]+"),
        "--token must be of visible ASCII characters");
    check(!grace.isNegative(), "--grace must not be negative");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
