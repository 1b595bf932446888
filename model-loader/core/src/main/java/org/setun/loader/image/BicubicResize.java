// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

/**
 * Resizing as PIL does it, to the bit: separable, the bicubic kernel with a = -0.5 stretched over
 * the source pixels that an output pixel covers (antialiasing), fixed-point weights, and rounding
 * to bytes between the horizontal and the vertical pass. Networks were evaluated on images made so;
 * a resize without antialiasing costs them accuracy.
 */
final class BicubicResize {
  /** Reach of the kernel, in source pixels when enlarging. */
  private static final double SUPPORT = 2;

  /** Fraction bits of a weight: 8 bits of sample and 2 of overshoot fill an int. */
  private static final int PRECISION_BITS = 32 - 8 - 2;

  private BicubicResize() {}

  /**
   * Resizes an image and cuts a part out; only that part is computed.
   *
   * @param image the image
   * @param width of the resized image
   * @param height of the resized image
   * @param left of the part, in the resized image
   * @param top of the part, in the resized image
   * @param partWidth pixels in a row of the part
   * @param partHeight rows of the part
   */
  static PixelImage resize(
      PixelImage image, int width, int height, int left, int top, int partWidth, int partHeight) {
    int channels = image.channels();
    Weights columns = new Weights(image.width(), width, left, partWidth);
    Weights rows = new Weights(image.height(), height, top, partHeight);
    byte[] narrowed = new byte[image.height() * partWidth * channels];
    for (int y = 0; y < image.height(); y++) {
      for (int c = 0; c < channels; c++) {
        columns.apply(
            image.samples(),
            y * image.width() * channels + c,
            channels,
            narrowed,
            y * partWidth * channels + c,
            channels);
      }
    }
    byte[] part = new byte[partHeight * partWidth * channels];
    int row = partWidth * channels;
    for (int x = 0; x < row; x++) {
      rows.apply(narrowed, x, row, part, x, row);
    }
    return new PixelImage(partWidth, partHeight, channels, part);
  }

  /** For each output pixel of a line the source pixels it is made of, and their weights. */
  private static final class Weights {
    private final int[] first;
    private final int[][] weights;

    Weights(int sourceSize, int size, int from, int count) {
      first = new int[count];
      weights = new int[count][];
      double scale = (double) sourceSize / size;
      double stretch = Math.max(scale, 1);
      double support = SUPPORT * stretch;
      for (int i = 0; i < count; i++) {
        double center = (from + i + 0.5) * scale;
        first[i] = Math.max((int) (center - support + 0.5), 0);
        int end = Math.min((int) (center + support + 0.5), sourceSize);
        weights[i] = normalized(first[i], end, center, stretch);
      }
    }

    private static int[] normalized(int from, int end, double center, double stretch) {
      double[] values = new double[end - from];
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        values[i] = kernel((from + i - center + 0.5) * (1 / stretch));
        sum += values[i];
      }
      int[] fixed = new int[values.length];
      for (int i = 0; i < values.length; i++) {
        double scaled = values[i] / sum * (1 << PRECISION_BITS);
        fixed[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      }
      return fixed;
    }

    private static double kernel(double x) {
      double a = -0.5;
      double d = Math.abs(x);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }

    /** Resizes one line of samples that lie {@code step} apart. */
    void apply(byte[] in, int inStart, int inStep, byte[] out, int outStart, int outStep) {
      for (int i = 0; i < first.length; i++) {
        int sum = 1 << PRECISION_BITS - 1;
        int at = inStart + first[i] * inStep;
        for (int weight : weights[i]) {
          sum += weight * (in[at] & 0xFF);
          at += inStep;
        }
        out[outStart + i * outStep] = (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
      }
    }
  }
}
