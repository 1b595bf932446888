// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * An image in memory. The array is shared, not copied; it must not change once handed over.
 *
 * @param width pixels in a row
 * @param height rows
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param samples unsigned bytes, laid out (row, column, channel)
 * @since 0.1
 */
public record PixelImage(int width, int height, int channels, byte[] samples) {
  /**
   * Checks the extents.
   *
   * @throws IllegalArgumentException if an extent is below 1, the channels are not 1 or 3, or the
   *     array has another length
   */
  public PixelImage {
    Objects.requireNonNull(samples, "samples");
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "an image of " + width + "x" + height + " pixels and " + channels + " channels");
    }
    if (samples.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          samples.length + " samples for an image of " + width + "x" + height + "x" + channels);
    }
  }

  /**
   * The image in grey or in colour. Grey is made with the weights of ITU-R 601-2, in the integer
   * arithmetic of PIL; colour is made by repeating grey.
   *
   * @param wanted 1 or 3
   * @return this image if it has the channels already
   */
  public PixelImage withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    int pixels = width * height;
    byte[] converted = new byte[Math.multiplyExact(pixels, wanted)];
    for (int i = 0; i < pixels; i++) {
      if (wanted == 1) {
        int red = samples[3 * i] & 0xFF;
        int green = samples[3 * i + 1] & 0xFF;
        int blue = samples[3 * i + 2] & 0xFF;
        converted[i] = (byte) (19595 * red + 38470 * green + 7471 * blue + 0x8000 >> 16);
      } else {
        converted[3 * i] = samples[i];
        converted[3 * i + 1] = samples[i];
        converted[3 * i + 2] = samples[i];
      }
    }
    return new PixelImage(width, height, wanted, converted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PixelImage image
        && width == image.width
        && height == image.height
        && channels == image.channels
        && Arrays.equals(samples, image.samples);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(width, height, channels) + Arrays.hashCode(samples);
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "PixelImage " + width + "x" + height + "x" + channels;
  }
}
