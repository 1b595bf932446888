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
        List.of(TestNetwork.graph(), widePool(), RandomGraph.of(new SplittableRandom(12_001), 12));
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

  /** Pooling with more taps than are written out. */
  private static NetworkGraph widePool() {
    float[] weights = RandomValues.floats(new SplittableRandom(5), 64 * 3, 1);
    return new NetworkGraph(
        new Shape(3, 9, 9),
        List.of(
            new Layer.Convolution(
                "stem", NetworkGraph.INPUT, Window.square(1, 1, 0), 64, weights, new float[64]),
            new Layer.MaxPool("pool", "stem", Window.square(5, 2, 2))));
  }
}
