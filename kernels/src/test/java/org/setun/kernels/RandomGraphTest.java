// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the layers and their wiring: which layers share a pass and which values share memory
 * must not show in the result.
 */
class RandomGraphTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6, 8, 12})
  void smallGraphs(int layers) {
    for (int seed = 0; seed < 40; seed++) {
      check(layers, seed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void longGraphs(int seed) {
    check(60, seed);
  }

  private static void check(int layers, int seed) {
    SplittableRandom random = new SplittableRandom(1000 * layers + seed);
    NetworkGraph graph = RandomGraph.of(random, layers);
    NetworkAssertions.assertComputes(graph, random, layers + " layers, seed " + seed);
  }
}
