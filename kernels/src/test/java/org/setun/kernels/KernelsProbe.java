// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;

/**
 * Asks for the best kernels twice and prints what they are, and what they run an fp32 convolution
 * on; run in a JVM of its own.
 */
final class KernelsProbe {
  private KernelsProbe() {}

  public static void main(String[] args) {
    Kernels.best();
    System.out.print(Kernels.best().describe());
    Layer.Convolution stem =
        new Layer.Convolution(
            "stem",
            NetworkGraph.INPUT,
            Window.square(7, 2, 3),
            64,
            new float[64 * 3 * 49],
            new float[64]);
    NetworkGraph graph = new NetworkGraph(new Shape(3, 64, 64), List.of(stem));
    System.out.println("fp32 convolution by " + Network.compile(graph).steps().getLast().kernel());
  }
}
