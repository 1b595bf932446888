// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run of a warm session allocates nothing: above all, no kernel boxes a vector. */
class SessionAllocationTest {
  static List<Kernels> kernels() {
    return TestRun.kernels();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void noBytes(Kernels kernels) throws Exception {
    NetworkGraph graph = TestNetwork.graph();
    Session session = Network.compile(graph, kernels).session();
    float[] image = new float[graph.inputShape().size()];
    float[] output = new float[graph.outputShape().size()];
    Allocations.assertNone(100, () -> session.run(image, output, 1));
  }
}
