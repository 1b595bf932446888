// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;
import java.util.SplittableRandom;

/** Prints what a warm product of each given kind allocates; run in a JVM of its own. */
final class ProductAllocationProbe {
  private static final int RUNS = 100;

  private ProductAllocationProbe() {}

  public static void main(String[] args) throws Exception {
    List<String> kinds = List.of(args);
    Kernels kernels = Kernels.best();
    SplittableRandom random = new SplittableRandom(1958);
    byte[] trits = new byte[70 * 200];
    byte[] bytes = new byte[3 * 200];
    random.nextBytes(bytes);
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    float[] values = RandomValues.floats(random, 3 * 200, 2);
    float[] scales = RandomValues.floats(random, 70, 1);
    int[] y = new int[3 * 70];
    float[] scaled = new float[3 * 70];
    TernaryMatrix matrix = TernaryMatrix.ofTrits(trits, 70, 200);
    TernaryProduct ternary = TernaryProduct.of(matrix, 3, kernels);
    TernaryRows rows = ternary.rows(3);
    ProductSession products = ternary.session();
    Int8Session int8 = Int8Product.of(matrix, kernels).session();
    FloatSession floats = FloatProduct.of(matrix, kernels).session();
    long[] bits = random.longs(400).toArray();
    BinaryProduct codes = BinaryProduct.ofBits(bits, 100, 256, kernels);
    NearestRows nearest = codes.nearest(5);
    Shape shape = new Shape(8, 5, 5);
    TernaryMap map = new TernaryMap(shape);
    TernaryMap pooled = new TernaryMap(shape);
    TernaryKernel kernel = TernaryKernel.ofTrits(new byte[4 * 8 * 9], 4, 8, 3, 3);
    Window window = Window.square(3, 1, 1);
    ConvolutionSession convolution =
        ConvolutionProduct.of(kernel, window, 1, shape, kernels).session();

    print(
        kinds,
        "ternary",
        () -> {
          rows.set(1, values, 0);
          rows.set(2, trits, 0);
          products.multiply(rows, 3, y, 0, 70);
          products.multiply(rows, 3, scales, scales, scaled, 0, 70);
        });
    print(
        kinds,
        "int8",
        () -> {
          int8.multiply(bytes, 0, 200, 3, y, 0, 70);
          int8.multiply(bytes, 0, 200, 3, null, scales, scales, scaled, 0, 70);
        });
    print(kinds, "fp32", () -> floats.multiply(values, 0, 200, 3, scaled, 0, 70));
    print(
        kinds,
        "binary",
        () -> {
          codes.multiply(bits, 8, 2, y, 0, 100);
          nearest.find(bits, 4);
        });
    print(
        kinds,
        "convolution",
        () -> {
          map.set(values, 0);
          map.maxPool(window, pooled);
          convolution.multiply(pooled, y, 0, 4);
        });
  }

  private static void print(List<String> kinds, String kind, Allocations.Work call)
      throws Exception {
    if (kinds.contains(kind)) {
      System.out.println(kind + " " + Allocations.whenWarm(RUNS, call));
    }
  }
}
