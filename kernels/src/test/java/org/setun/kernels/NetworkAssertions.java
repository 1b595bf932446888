// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Compares networks to {@link PlainNetwork}. */
final class NetworkAssertions {
  private static final ExecutorService HELPERS =
      Executors.newFixedThreadPool(4, Thread.ofPlatform().daemon().factory());

  private NetworkAssertions() {}

  /** Fails unless the arrays are equal to the bit, NaN equal to any NaN. */
  static void assertBits(float[] expected, float[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
        assertEquals(expected[i], actual[i], what + ", index " + i);
      }
    }
  }

  /**
   * Runs a graph on all kernels, several images through one session, one also on three threads, and
   * compares each output to the oracle's.
   */
  static void assertComputes(NetworkGraph graph, SplittableRandom random, String what) {
    assertComputes(graph, random, 3, what);
  }

  /**
   * Runs a graph on given kernels, on 1, 2 and 5 threads, and compares every value that a pass
   * leaves to the oracle's.
   *
   * @return the network
   */
  static Network assertComputes(
      NetworkGraph graph, Kernels kernels, SplittableRandom random, String what) {
    float[] image = RandomValues.floats(random, graph.inputShape().size(), 2);
    Map<String, float[]> expected = PlainNetwork.values(graph, image);
    float[] output = PlainNetwork.toNchw(expected.get(graph.outputName()), graph.outputShape());
    Network network = Network.compile(graph, kernels);
    for (int threads : new int[] {1, 2, 5}) {
      Session session = network.session(threads, HELPERS);
      String where = what + ", " + kernels.implementation() + ", " + threads + " threads";
      session.run(RandomValues.floats(random, graph.inputShape().size(), 2));
      session.trace(
          image, (name, shape, nhwc) -> assertBits(expected.get(name), nhwc, where + ", " + name));
      assertBits(output, session.run(image), where);
    }
    return network;
  }

  /** As above, with a given number of images. */
  static void assertComputes(NetworkGraph graph, SplittableRandom random, int count, String what) {
    float[][] images = new float[count][];
    float[][] expected = new float[images.length][];
    for (int i = 0; i < images.length; i++) {
      images[i] = RandomValues.floats(random, graph.inputShape().size(), 2);
      expected[i] = PlainNetwork.run(graph, images[i]);
    }
    for (Kernels kernels : TestRun.kernels()) {
      Network network = Network.compile(graph, kernels);
      Session alone = network.session();
      for (int i = 0; i < images.length; i++) {
        String where = what + ", " + kernels.implementation() + ", image " + i;
        assertBits(expected[i], alone.run(images[i]), where);
      }
      float[] shared = network.session(3, HELPERS).run(images[0]);
      assertBits(expected[0], shared, what + ", " + kernels.implementation() + ", 3 threads");
    }
  }
}
