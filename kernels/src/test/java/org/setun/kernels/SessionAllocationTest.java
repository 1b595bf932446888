// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run of a warm session allocates nothing: above all, no kernel boxes a vector. */
class SessionAllocationTest {
  private static final int RUNS = 100;
  private static final long DEADLINE_NANOS = 20_000_000_000L;

  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  static List<Kernels> kernels() {
    return TestRun.kernels();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void noBytes(Kernels kernels) {
    NetworkGraph graph = TestNetwork.graph();
    Session session = Network.compile(graph, kernels).session();
    float[] image = new float[graph.inputShape().size()];
    float[] output = new float[graph.outputShape().size()];
    long end = System.nanoTime() + DEADLINE_NANOS;
    long bytes = allocated(session, image, output);
    while (bytes != 0 && System.nanoTime() < end) {
      bytes = allocated(session, image, output); // C2 is still compiling
    }
    assertEquals(0, bytes, "bytes allocated in " + RUNS + " runs");
  }

  private static long allocated(Session session, float[] image, float[] output) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < RUNS; i++) {
      session.run(image, output, 1);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
