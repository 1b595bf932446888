// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code on the module's page: each block stands in a method here, word for word, and runs. */
class ReadmeTest {
  private static final Path PAGE = Path.of("README.md");
  private static final Path SOURCE = Path.of("src/test/java/org/setun/kernels/ReadmeTest.java");

  private final SplittableRandom random = new SplittableRandom(1958);
  private final byte[] trits = trits(4096 * 4096);

  private byte[] trits(int length) {
    byte[] values = new byte[length];
    for (int i = 0; i < length; i++) {
      values[i] = (byte) (random.nextInt(3) - 1);
    }
    return values;
  }

  @Test
  void everyBlockOfThePageIsTested() throws IOException {
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE))
            .results()
            .map(match -> words(match.group(1)))
            .toList();
    String source = words(Files.readString(SOURCE));
    assertEquals(4, blocks.size());
    for (String block : blocks) {
      assertTrue(source.contains(block), "not tested: " + block);
    }
  }

  /** Code without its comments and spaces. */
  private static String words(String code) {
    return code.replaceAll("//.*", "").replaceAll("\\s+", "");
  }

  @Test
  void bytes() {
    byte[] x = new byte[4096];
    random.nextBytes(x);
    TernaryMatrix weights = TernaryMatrix.ofTrits(trits, 4096, 4096);
    Int8Product product = Int8Product.of(weights);
    Int8Session session = product.session();
    int[] y = new int[4096];
    session.multiply(x, 0, 4096, 1, y, 0, 4096);

    int expected = 0;
    for (int c = 0; c < 4096; c++) {
      expected += x[c] * trits[7 * 4096 + c];
    }
    assertEquals(expected, y[7]);
  }

  @Test
  void rowsOfTrits() {
    TernaryMatrix weights = TernaryMatrix.ofTrits(trits, 4096, 4096);
    float[] activations = RandomValues.floats(random, 16 * 4096, 2);
    float[] scales = RandomValues.floats(random, 4096, 1);
    float[] shifts = RandomValues.floats(random, 4096, 1);
    TernaryProduct ternary = TernaryProduct.of(weights, 16);
    TernaryRows rows = ternary.rows(16);
    for (int r = 0; r < 16; r++) {
      rows.set(r, activations, r * 4096);
    }
    float[] scaled = new float[16 * 4096];
    ternary.session().multiply(rows, 16, scales, shifts, scaled, 0, 4096);

    int sum = 0;
    for (int c = 0; c < 4096; c++) {
      float value = activations[15 * 4096 + c];
      sum += (value < -0.5f ? -1 : value < 0.5f ? 0 : 1) * trits[7 * 4096 + c];
    }
    assertEquals(Math.fma((float) sum, scales[7], shifts[7]), scaled[15 * 4096 + 7]);
  }

  @Test
  void codes() {
    long[] bits = random.longs(16_000).toArray();
    long[] query = new long[16];
    System.arraycopy(bits, 16 * 321, query, 0, 16);
    query[3] ^= 5;
    BinaryProduct codes = BinaryProduct.ofBits(bits, 1_000, 1024);
    NearestRows nearest = codes.nearest(10);
    nearest.find(query, 0);
    int best = nearest.row(0);
    int bitsThatDiffer = nearest.distance(0);

    assertEquals(321, best);
    assertEquals(2, bitsThatDiffer);
  }

  @Test
  void windows() {
    byte[] w = trits(64 * 64 * 9);
    TernaryKernel kernel = TernaryKernel.ofTrits(w, 64, 64, 3, 3);
    float[] image = RandomValues.floats(random, 64 * 56 * 56, 2);
    Shape shape = new Shape(64, 56, 56);
    ConvolutionProduct convolution =
        ConvolutionProduct.of(kernel, Window.square(3, 1, 1), 1, shape);
    TernaryMap map = new TernaryMap(shape);
    map.set(image, 0);
    int[] sums = new int[shape.size()];
    convolution.session().multiply(map, sums, 0, 64);

    int expected = 0;
    for (int c = 0; c < 64; c++) {
      for (int tap = 0; tap < 9; tap++) {
        expected += map.get(9 + tap / 3, 19 + tap % 3, c) * w[(5 * 64 + c) * 9 + tap];
      }
    }
    assertEquals(expected, sums[(10 * 56 + 20) * 64 + 5]);
  }
}
