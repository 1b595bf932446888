// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions, im2col and max pooling of trits, beside loops over the window. */
class ConvolutionProductTest {
  private static final int MARK = 0x5a5a5a5a;

  private final SplittableRandom random = new SplittableRandom(1958);

  private byte[] trits(int length) {
    byte[] trits = new byte[length];
    for (int i = 0; i < length; i++) {
      trits[i] = (byte) (random.nextInt(3) - 1);
    }
    return trits;
  }

  /** Channels innermost; 0 outside. */
  private static int at(byte[] map, Shape shape, int y, int x, int c) {
    boolean inside = y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
    return inside ? map[(y * shape.width() + x) * shape.channels() + c] : 0;
  }

  private static int sum(
      byte[] map, Shape in, byte[] w, Window window, int groups, int outputs, int[] at) {
    int own = in.channels() / groups;
    int first = at[2] / (outputs / groups) * own;
    int sum = 0;
    for (int c = 0; c < own; c++) {
      for (int ky = 0; ky < window.kernelHeight(); ky++) {
        for (int kx = 0; kx < window.kernelWidth(); kx++) {
          int y = at[0] * window.strideHeight() - window.padTop() + ky * window.dilationHeight();
          int x = at[1] * window.strideWidth() - window.padLeft() + kx * window.dilationWidth();
          int index = ((at[2] * own + c) * window.kernelHeight() + ky) * window.kernelWidth() + kx;
          sum += w[index] * at(map, in, y, x, first + c);
        }
      }
    }
    return sum;
  }

  private record Case(Shape in, int outputs, int groups, Window window) {}

  private static Stream<Case> cases() {
    return Stream.of(
        new Case(new Shape(1, 1, 1), 1, 1, Window.square(1, 1, 0)),
        new Case(new Shape(64, 5, 6), 7, 1, Window.square(3, 1, 1)),
        new Case(new Shape(65, 9, 7), 20, 1, Window.square(3, 2, 1)),
        new Case(new Shape(12, 8, 8), 12, 12, Window.square(3, 1, 1)),
        new Case(new Shape(130, 4, 9), 6, 2, Window.square(1, 1, 0)),
        new Case(new Shape(8, 11, 10), 9, 1, new Window(2, 5, 1, 3, 0, 2, 1, 4, 2, 1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyConvolutionIsThatOfTheDefinition(Case c) {
    byte[] map = trits(c.in().size());
    int own = c.in().channels() / c.groups();
    byte[] w = trits(c.outputs() * own * c.window().taps());
    TernaryKernel kernel =
        TernaryKernel.ofTrits(
            w, c.outputs(), own, c.window().kernelHeight(), c.window().kernelWidth());
    for (Kernels kernels : TestRun.kernels()) {
      ConvolutionProduct convolution =
          ConvolutionProduct.of(kernel, c.window(), c.groups(), c.in(), kernels);
      TernaryMap x = new TernaryMap(c.in());
      x.set(map, 0);
      ConvolutionSession session = convolution.session();
      Shape out = convolution.output();
      int stride = c.outputs() + 2;
      int[] y = new int[1 + out.height() * out.width() * stride];
      Arrays.fill(y, MARK);
      session.multiply(x, y, 1, stride);
      session.multiplyAdd(x, y, 1, stride);
      float[] scale = RandomValues.floats(random, c.outputs(), 1);
      float[] shift = RandomValues.floats(random, c.outputs(), 1);
      float[] floats = new float[y.length];
      session.multiply(x, scale, shift, floats, 1, stride);
      for (int i = 0; i < y.length; i++) {
        int pixel = (i - 1) / stride;
        int o = (i - 1) % stride;
        if (i < 1 || o >= c.outputs()) {
          assertEquals(MARK, y[i]);
          continue;
        }
        int[] at = {pixel / out.width(), pixel % out.width(), o};
        int expected = sum(map, c.in(), w, c.window(), c.groups(), c.outputs(), at);
        assertEquals(2 * expected, y[i], convolution + " at " + Arrays.toString(at));
        assertEquals(Math.fma((float) expected, scale[o], shift[o]), floats[i]);
      }
    }
  }

  /** Rows that were used before: what is outside the map is 0 again. */
  @Test
  void im2colOverwritesAllOfItsRows() {
    Shape in = new Shape(70, 3, 4);
    Window window = Window.square(3, 1, 1);
    byte[] trits = trits(in.size());
    TernaryMap map = new TernaryMap(in);
    map.set(trits, 0);
    TernaryMatrix matrix = TernaryMatrix.ofTrits(new byte[9 * 128], 1, 9 * 128);
    for (Kernels kernels : TestRun.kernels()) {
      TernaryRows rows = TernaryProduct.of(matrix, 12, kernels).rows(12);
      byte[] ones = new byte[9 * 128];
      Arrays.fill(ones, (byte) 1);
      for (int r = 0; r < 12; r++) {
        rows.set(r, ones, 0);
      }
      map.im2col(window, rows);
      for (int r = 0; r < 12; r++) {
        for (int column = 0; column < 9 * 128; column++) {
          int tap = column / 128;
          int c = column % 128;
          int expected = c < 70 ? at(trits, in, r / 4 + tap / 3 - 1, r % 4 + tap % 3 - 1, c) : 0;
          assertEquals(expected, rows.get(r, column), "row " + r + ", column " + column);
        }
      }
    }
  }

  @Test
  void threadsGiveTheSame() {
    Shape in = new Shape(70, 12, 13);
    TernaryKernel kernel = TernaryKernel.ofTrits(trits(30 * 70 * 9), 30, 70, 3, 3);
    ConvolutionProduct convolution = ConvolutionProduct.of(kernel, Window.square(3, 1, 1), 1, in);
    TernaryMap map = new TernaryMap(in);
    map.set(trits(in.size()), 0);
    int[] one = new int[12 * 13 * 30];
    convolution.session().multiply(map, one, 0, 30);
    try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
      ConvolutionSession session = convolution.session(3, executor);
      for (int i = 0; i < 20; i++) {
        int[] three = new int[one.length];
        session.multiply(map, three, 0, 30);
        assertTrue(Arrays.equals(one, three));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 100})
  void numbersBecomeTritsByTheirThresholds(int channels) {
    Thresholds thresholds = RandomValues.thresholds(random, channels);
    Shape shape = new Shape(channels, 3, 4);
    TernaryMap map = new TernaryMap(shape, thresholds);
    float[] values = RandomValues.floats(random, 2 + shape.size(), 2);
    map.set(trits(shape.size()), 0);
    map.set(values, 2);
    for (int i = 0; i < shape.size(); i++) {
      int c = i % channels;
      float v = thresholds.negated()[c] ? -values[2 + i] : values[2 + i];
      int expected = v < thresholds.low()[c] ? -1 : v < thresholds.high()[c] ? 0 : 1;
      assertEquals(expected, map.get(i / channels / 4, i / channels % 4, c));
    }
  }

  private static Stream<List<Object>> poolings() {
    return Stream.of(
        List.of(new Shape(3, 6, 6), Window.square(2, 2, 0)),
        List.of(new Shape(70, 7, 8), Window.square(3, 2, 1)),
        List.of(new Shape(64, 5, 9), new Window(1, 3, 2, 1, 0, 0, 0, 2, 1, 2)));
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void maxPoolingTakesTheGreatestTrit(List<Object> arguments) {
    Shape in = (Shape) arguments.get(0);
    Window window = (Window) arguments.get(1);
    byte[] trits = trits(in.size());
    TernaryMap map = new TernaryMap(in);
    map.set(trits, 0);
    Shape out = window.outputShape(in, in.channels());
    TernaryMap result = new TernaryMap(out);
    result.set(trits(out.size()), 0);
    map.maxPool(window, result);
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        for (int c = 0; c < in.channels(); c++) {
          int greatest = -1;
          for (int tap = 0; tap < window.taps(); tap++) {
            int ky = tap / window.kernelWidth() * window.dilationHeight();
            int kx = tap % window.kernelWidth() * window.dilationWidth();
            int row = y * window.strideHeight() - window.padTop() + ky;
            int column = x * window.strideWidth() - window.padLeft() + kx;
            boolean inside = row >= 0 && row < in.height() && column >= 0 && column < in.width();
            greatest = inside ? Math.max(greatest, at(trits, in, row, column, c)) : greatest;
          }
          assertEquals(greatest, result.get(y, x, c));
        }
      }
    }
  }

  @Test
  void wrongArgumentsAreNamed() {
    Shape in = new Shape(10, 4, 4);
    Window window = Window.square(3, 1, 1);
    TernaryKernel kernel = TernaryKernel.ofTrits(new byte[6 * 5 * 9], 6, 5, 3, 3);
    assertRefused("5 input channels", () -> ConvolutionProduct.of(kernel, window, 1, in));
    assertRefused("4 groups", () -> ConvolutionProduct.of(kernel, window, 4, in));
    assertRefused("0 groups", () -> ConvolutionProduct.of(kernel, window, 0, in));
    assertRefused("3x3 taps", () -> ConvolutionProduct.of(kernel, Window.square(1, 1, 0), 2, in));
    ConvolutionProduct convolution = ConvolutionProduct.of(kernel, window, 2, in);
    TernaryMap other = new TernaryMap(new Shape(10, 4, 5));
    int[] y = new int[96];
    assertRefused("4x5", () -> convolution.session().multiply(other, y, 0, 6));
    assertRefused(
        "of 5 for 6 outputs", () -> convolution.session().multiply(new TernaryMap(in), y, 0, 5));
    TernaryRows rows = convolution.product().rows(15);
    assertRefused("16 rows of 576", () -> new TernaryMap(in).im2col(window, rows));
    assertRefused("9 thresholds", () -> new TernaryMap(in, Thresholds.plain(9)));
    TernaryMap map = new TernaryMap(in);
    assertRefused("another map", () -> map.maxPool(Window.square(1, 1, 0), map));
    assertRefused("gives", () -> map.maxPool(Window.square(2, 2, 0), other));
    byte[] wrong = new byte[160];
    wrong[7] = 2;
    assertRefused("value 2 at index 7", () -> map.set(wrong, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> map.set(wrong, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> map.get(4, 0, 0));
  }

  private static void assertRefused(String reason, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
