// SPDX-License-Identifier: Apache-2.0
package org.setun.server.batch;

/** Runs batches of inputs: a {@link org.setun.kernels.Session}. Each thread has its own. */
@FunctionalInterface
public interface BatchRunner {
  /**
   * Runs a batch.
   *
   * @param inputs N inputs, NCHW
   * @param outputs receives N outputs
   * @param batch N
   */
  void run(float[] inputs, float[] outputs, int batch);
}
