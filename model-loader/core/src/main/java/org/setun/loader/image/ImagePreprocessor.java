// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.util.Arrays;
import java.util.Objects;
import org.setun.kernels.Shape;

/**
 * Turns images into a network's input, as a {@link Preprocessing} says. Immutable.
 *
 * @since 0.1
 */
public final class ImagePreprocessor {
  private static final int LEVELS = 256;

  private final Preprocessing preprocessing;
  private final Shape input;

  /** Normalised value of every level of every channel. */
  private final float[][] normalized;

  /**
   * Prepares the tables.
   *
   * @param preprocessing what to do
   * @param input shape of the network's input
   * @throws IllegalArgumentException if the two do not fit each other
   */
  public ImagePreprocessor(Preprocessing preprocessing, Shape input) {
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(input, "input");
    preprocessing.checkFits(input);
    this.preprocessing = preprocessing;
    this.input = input;
    this.normalized = new float[input.channels()][LEVELS];
    for (int c = 0; c < input.channels(); c++) {
      // In fp32 step by step, as torch does: rounding must be the reference's.
      float mean = preprocessing.mean().get(c).floatValue();
      float std = preprocessing.std().get(c).floatValue();
      for (int level = 0; level < LEVELS; level++) {
        normalized[c][level] = (level / 255f - mean) / std;
      }
    }
  }

  /**
   * Preprocesses one image.
   *
   * @param image the image
   * @param output receives the input, laid out (channel, row, column)
   * @param offset where in {@code output} it begins
   * @throws IllegalArgumentException if the image is smaller than the input and is not to be
   *     resized
   */
  public void apply(PixelImage image, float[] output, int offset) {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(output, "output");
    int pad = preprocessing.pad();
    int width = input.width() - 2 * pad;
    int height = input.height() - 2 * pad;
    PixelImage part = resizeAndCrop(image.withChannels(input.channels()), width, height);
    for (int c = 0; c < input.channels(); c++) {
      float[] levels = normalized[c];
      int plane = offset + c * input.pixels();
      Arrays.fill(output, plane, plane + input.pixels(), levels[0]);
      for (int y = 0; y < height; y++) {
        int row = plane + (y + pad) * input.width() + pad;
        for (int x = 0; x < width; x++) {
          output[row + x] = levels[part.samples()[(y * width + x) * part.channels() + c] & 0xFF];
        }
      }
    }
  }

  /** As torchvision's Resize and CenterCrop. */
  private PixelImage resizeAndCrop(PixelImage image, int width, int height) {
    int resizedWidth = image.width();
    int resizedHeight = image.height();
    if (preprocessing.resize().isPresent()) {
      int target = preprocessing.resize().getAsInt();
      int shorter = Math.min(resizedWidth, resizedHeight);
      resizedWidth = scaled(resizedWidth, shorter, target);
      resizedHeight = scaled(resizedHeight, shorter, target);
    }
    if (resizedWidth < width || resizedHeight < height) {
      throw new IllegalArgumentException(
          "an image of "
              + image.width()
              + "x"
              + image.height()
              + " pixels is smaller than "
              + width
              + "x"
              + height);
    }
    if (image.width() == width
        && image.height() == height
        && resizedWidth == width
        && resizedHeight == height) {
      return image;
    }
    return BicubicResize.resize(
        image,
        resizedWidth,
        resizedHeight,
        centered(resizedWidth, width),
        centered(resizedHeight, height),
        width,
        height);
  }

  private static int scaled(int side, int shorter, int target) {
    return (int) ((double) ((long) target * side) / shorter);
  }

  /** Where a centred part begins; a half is rounded to even, as Python does. */
  private static int centered(int size, int part) {
    return (int) Math.rint((size - part) / 2.0);
  }

  /** Input shape and preprocessing, for messages. */
  @Override
  public String toString() {
    return "ImagePreprocessor to " + input + ", " + preprocessing;
  }
}
