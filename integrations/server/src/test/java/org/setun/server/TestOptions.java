// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.setun.server.options.ServerOptions;

/** Options with small limits, so that tests reach them; a test sets those that it is about. */
public final class TestOptions {
  int threads = 1;
  int queue = 16;
  int batch = 4;
  Duration batchWait = Duration.ZERO;
  int maxBody = 200_000;
  int maxPixels = 1_000_000;
  int connections = 100;
  Consumer<String> log;
  String token;
  ServerOptions.TlsFiles tls;
  Duration timeout = Duration.ofSeconds(20);

  /** Options for a test. */
  public ServerOptions build() {
    return new ServerOptions(
        "127.0.0.1",
        0,
        threads,
        queue,
        batch,
        batchWait,
        maxBody,
        maxPixels,
        connections,
        timeout,
        Optional.ofNullable(log),
        Optional.ofNullable(token),
        Optional.ofNullable(tls),
        Duration.ofSeconds(20));
  }
}
