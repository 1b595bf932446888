// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.setun.server.batch.BatchRunner;

/** Runs batches only when told, and notes their sizes. */
final class Gate implements BatchRunner {
  private final Semaphore passes = new Semaphore(0);
  private final Semaphore waiting = new Semaphore(0);
  private final BatchRunner session = TestServer.fmnist().network().session()::run;

  /** Inputs of each batch that has come this far. */
  final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void run(float[] inputs, float[] outputs, int batch) {
    batches.add(batch);
    waiting.release();
    passes.acquireUninterruptibly();
    session.run(inputs, outputs, batch);
  }

  /** Waits until a batch stands at the gate. */
  void awaitBatch() throws InterruptedException {
    waiting.acquire();
  }

  /** Lets everything through from now on. */
  void open() {
    passes.release(1_000_000);
  }
}
