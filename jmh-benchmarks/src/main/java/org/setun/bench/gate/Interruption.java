// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a comparison that is told to stop (Ctrl-C, a time limit) clean up: ends its child processes,
 * upon which it fails, and holds the JVM until it has been closed.
 */
final class Interruption implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook =
      new Thread(
          () -> {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
            try {
              closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });

  /** Watches from now on. */
  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running.
    }
  }
}
