// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import org.setun.kernels.Network;
import org.setun.kernels.Session;

/**
 * What one thread needs to classify a record, kept for the next one.
 *
 * @param session runs the network
 * @param input of one image
 * @param logits of one image
 */
record Workspace(Session session, float[] input, float[] logits) {
  static Workspace of(Network network) {
    return new Workspace(
        network.session(),
        new float[network.inputShape().size()],
        new float[network.outputShape().size()]);
  }

  void run() {
    session.run(input, logits, 1);
  }
}
