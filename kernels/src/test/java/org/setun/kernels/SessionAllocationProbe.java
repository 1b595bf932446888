// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.vector.VectorKernels;

/**
 * Prints what warm sessions allocate on vector kernels, those that would be chosen and each family
 * and micro-kernel by itself; run in a JVM of its own.
 */
final class SessionAllocationProbe {
  private static final int RUNS = 20;

  private SessionAllocationProbe() {}

  public static void main(String[] args) throws Exception {
    List<Kernels> all = new ArrayList<>(List.of(Kernels.vector()));
    for (String family : List.of("tile", "pixels", "channels")) {
      all.add(Kernels.select("vector", null, family, Capabilities.detect()));
    }
    for (TernaryGemm gemm : VectorKernels.kernels().gemms()) {
      all.add(Kernels.select("vector", gemm.name(), null, Capabilities.detect()));
    }
    List<NetworkGraph> graphs =
        List.of(TestNetwork.graph(), RandomGraph.of(new SplittableRandom(12_001), 12));
    for (Kernels kernels : all) {
      for (NetworkGraph graph : graphs) {
        Session session = Network.compile(graph, kernels).session();
        float[] image = new float[graph.inputShape().size()];
        float[] output = new float[graph.outputShape().size()];
        long bytes = Allocations.whenWarm(RUNS, () -> session.run(image, output, 1));
        System.out.println(bytes);
        if (bytes != 0) {
          return; // each further one would take the whole time that compiling may take
        }
      }
    }
  }
}
