// SPDX-License-Identifier: Apache-2.0
package org.setun.server.batch;

import java.time.Duration;

/** Is told what the threads of a {@link Batcher} do. */
public interface BatchObserver {
  /**
   * A job's turn has come.
   *
   * @param time since its arrival
   */
  void waited(Duration time);

  /**
   * A batch has been run.
   *
   * @param inputs how many inputs it had
   * @param time how long the network took
   */
  void ran(int inputs, Duration time);
}
