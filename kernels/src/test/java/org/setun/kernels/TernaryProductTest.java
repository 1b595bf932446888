// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.select.Capabilities;

/**
 * The product of a ternary M×K with a ternary K×N matrix, each extent below, at and above the tiles
 * and words of every micro-kernel: a 1×1 convolution over M pixels.
 */
class TernaryProductTest {
  private static final int[] EXTENTS = {1, 2, 6, 7, 8, 13, 63, 64, 65, 100, 127, 128, 129};

  static Stream<String> kernels() {
    return KernelSets.gemms().stream().map(TernaryGemm::name);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void anyExtents(String name) {
    String forced = name.endsWith("scalar") ? "scalar" : "vector";
    Kernels kernels = Kernels.select(forced, name, null, Capabilities.detect());
    SplittableRandom random = new SplittableRandom(729);
    for (int k : EXTENTS) {
      byte[] a = RandomValues.trits(random, 129 * k);
      byte[] b = RandomValues.trits(random, 129 * k);
      int[][] product = product(a, b, k);
      for (int m : EXTENTS) {
        for (int n : EXTENTS) {
          float[] actual = run(kernels, a, b, m, n, k);
          for (int i = 0; i < m * n; i++) {
            if (actual[i] != product[i % m][i / m]) {
              assertEquals(product[i % m][i / m], actual[i], name + " " + m + "x" + n + "x" + k);
            }
          }
        }
      }
    }
  }

  /** Element (i, j) of a·bᵀ is the sum of a[i, l]·b[j, l]. */
  private static int[][] product(byte[] a, byte[] b, int k) {
    int[][] product = new int[129][129];
    for (int i = 0; i < 129; i++) {
      for (int j = 0; j < 129; j++) {
        for (int l = 0; l < k; l++) {
          product[i][j] += a[i * k + l] * b[j * k + l];
        }
      }
    }
    return product;
  }

  /** The product of the first m rows of a with the first n of b; (j, i) as a map of m pixels. */
  private static float[] run(Kernels kernels, byte[] a, byte[] b, int m, int n, int k) {
    Shape shape = new Shape(k, 1, m);
    TernaryKernel weights = TernaryKernel.ofTrits(java.util.Arrays.copyOf(b, n * k), n, k, 1, 1);
    Layer layer =
        new Layer.TernaryConvolution(
            "product",
            NetworkGraph.INPUT,
            Window.square(1, 1, 0),
            Thresholds.plain(k),
            weights,
            RandomValues.constant(n, 1),
            new float[n]);
    float[] image = new float[m * k];
    for (int i = 0; i < m; i++) {
      for (int l = 0; l < k; l++) {
        image[l * m + i] = a[i * k + l];
      }
    }
    NetworkGraph graph = new NetworkGraph(shape, List.of(layer));
    return Network.compile(graph, kernels).session().run(image);
  }
}
