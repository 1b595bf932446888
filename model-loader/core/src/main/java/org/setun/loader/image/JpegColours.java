// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.awt.image.Raster;

/** Makes grey or RGB of the samples of a JPEG, in the integer arithmetic of libjpeg and PIL. */
final class JpegColours {
  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << SCALE_BITS - 1;

  private JpegColours() {}

  /** The pixels of a raster that has the samples as they are stored. */
  static PixelImage convert(Raster raster, JpegStructure structure) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = structure.components();
    int channels = bands == 1 ? 1 : 3;
    byte[] samples = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
    byte[] row = new byte[width * bands];
    for (int y = 0; y < height; y++) {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      int at = y * width * channels;
      switch (structure.colours()) {
        case GREY, RGB -> System.arraycopy(row, 0, samples, at, row.length);
        case YCC -> toRgb(row, 3, samples, at);
        case CMYK -> {
          for (int i = 0; i < row.length; i += 4, at += 3) {
            for (int c = 0; c < 3; c++) {
              samples[at + c] = light(255 - Byte.toUnsignedInt(row[i + c]), row[i + 3]);
            }
          }
        }
        case YCCK -> {
          // The inks are not inverted here, black is.
          byte[] inks = new byte[3 * width];
          toRgb(row, 4, inks, 0);
          for (int i = 0; i < inks.length; i++) {
            samples[at + i] = light(Byte.toUnsignedInt(inks[i]), row[i / 3 * 4 + 3]);
          }
        }
      }
    }
    return new PixelImage(width, height, channels, samples);
  }

  /** YCC to RGB, from every {@code stride} samples three. */
  private static void toRgb(byte[] row, int stride, byte[] rgb, int to) {
    int at = to;
    for (int i = 0; i < row.length; i += stride, at += 3) {
      int y = Byte.toUnsignedInt(row[i]);
      int blue = Byte.toUnsignedInt(row[i + 1]) - 128;
      int red = Byte.toUnsignedInt(row[i + 2]) - 128;
      rgb[at] = clamp(y + (fixed(1.40200) * red + HALF >> SCALE_BITS));
      rgb[at + 1] = clamp(y + (-fixed(0.34414) * blue - fixed(0.71414) * red + HALF >> SCALE_BITS));
      rgb[at + 2] = clamp(y + (fixed(1.77200) * blue + HALF >> SCALE_BITS));
    }
  }

  /** What an ink leaves of the light that black lets through, as PIL rounds it. */
  private static byte light(int ink, byte invertedBlack) {
    int light = Byte.toUnsignedInt(invertedBlack);
    int taken = ink * light + 128;
    return (byte) (light - ((taken >> 8) + taken >> 8));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << SCALE_BITS) + 0.5);
  }

  private static byte clamp(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }
}
