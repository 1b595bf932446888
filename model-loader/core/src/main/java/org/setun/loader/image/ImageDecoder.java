// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes images with ImageIO. Apart from {@link ImageFile}, so that AWT's classes are loaded, and
 * its module is needed, only where there is an image to decode.
 */
final class ImageDecoder {
  /** Pixels that an image may have however few bytes it has: those of a screen of 1080 lines. */
  private static final long SMALL_IMAGE = 1L << 21;

  /** Pixels per byte of larger images: photographs have up to 10, empty screens up to 70. */
  private static final int PIXELS_PER_BYTE = 128;

  /** Bytes of the largest image that is read to its end, per pixel: more than it has samples. */
  private static final int BYTES_PER_PIXEL = 8;

  /**
   * Scans of a JPEG, each of which is a pass over all its pixels. A progressive JPEG has about 10,
   * yet a scan that does nothing takes 20 bytes: 1 MB has room for hours of work.
   */
  private static final int MOST_SCANS = 64;

  /** Pixels decoded in all scans of an image: 16 scans of the largest. */
  private static final long MOST_SCANNED_PIXELS = 1L << 30;

  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  private ImageDecoder() {}

  static PixelImage read(Path path, long mostPixels) throws ImageException {
    try (ImageInputStream in = new FileImageInputStream(path.toFile())) {
      return decode(in, path.toString(), mostPixels);
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      throw new ImageException(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  static PixelImage read(InputStream encoded, String name, long mostPixels) throws ImageException {
    // Not ImageIO.createImageInputStream: that writes a temporary file.
    try (ImageInputStream in = new MemoryCacheImageInputStream(encoded)) {
      return decode(in, name, mostPixels);
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      throw new ImageException(name, "cannot be read: " + e.getMessage(), e);
    }
  }

  static PixelImage of(BufferedImage image) {
    ColorModel model = image.getColorModel();
    int bits = model.getComponentSize(0);
    int type = model.getTransferType();
    boolean plain =
        model instanceof ComponentColorModel
            && !model.isAlphaPremultiplied()
            && ((type == DataBuffer.TYPE_BYTE && bits == 8)
                || (type == DataBuffer.TYPE_USHORT && bits == 16));
    int colours = model.getColorSpace().getType();
    if (plain && colours == ColorSpace.TYPE_GRAY) {
      return samples(image.getRaster(), 1, bits);
    }
    if (plain && colours == ColorSpace.TYPE_RGB) {
      return samples(image.getRaster(), 3, bits);
    }
    return palette(image);
  }

  private static PixelImage decode(ImageInputStream in, String name, long mostPixels)
      throws ImageException {
    try {
      return decodeFirst(in, name, mostPixels);
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO's decoders answer damage with whatever exception they stumble into.
      throw new ImageException(name, "cannot be decoded: " + reason(e), e);
    }
  }

  /** What a decoder says, or that the file ends early, which the one for PNG says underneath. */
  private static String reason(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException) {
        return "the file is truncated";
      }
    }
    return e.getMessage();
  }

  private static PixelImage decodeFirst(ImageInputStream in, String name, long mostPixels)
      throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      try {
        String format = reader.getFormatName().toLowerCase(Locale.ROOT);
        if (FORMATS.contains(format)) {
          JpegStructure jpeg =
              format.equals("jpeg") ? JpegStructure.read(in, mostPixels * BYTES_PER_PIXEL) : null;
          reader.setInput(in, true, true);
          long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
          if (pixels > mostPixels) {
            throw new ImageException(
                name, pixels + " pixels are more than the " + mostPixels + " allowed", null);
          }
          if (pixels > SMALL_IMAGE && !isLonger(in, pixels / PIXELS_PER_BYTE)) {
            throw new ImageException(
                name, pixels + " pixels in less than one byte for " + PIXELS_PER_BYTE, null);
          }
          if (jpeg != null) {
            limitScans(jpeg.scans(), pixels, name);
          }
          return jpeg != null
              ? JpegColours.convert(reader.readRaster(0, null), jpeg)
              : of(reader.read(0));
        }
      } finally {
        reader.dispose();
      }
    }
    throw new ImageException(name, "neither a PNG nor a JPEG image", null);
  }

  private static void limitScans(int scans, long pixels, String name) throws ImageException {
    long most = Math.min(MOST_SCANS, MOST_SCANNED_PIXELS / pixels);
    if (scans > most) {
      throw new ImageException(
          name, scans + " scans of " + pixels + " pixels, at most " + most + " are decoded", null);
    }
  }

  /** Whether there are more bytes; decoders allocate what the first bytes promise. */
  private static boolean isLonger(ImageInputStream in, long bytes) throws IOException {
    in.mark();
    in.seek(bytes);
    boolean longer = in.read() >= 0;
    in.reset();
    return longer;
  }

  /** The samples as the file has them: BufferedImage.getRGB would apply profiles and grey gamma. */
  private static PixelImage samples(Raster raster, int channels, int bits) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] samples = new byte[width * height * channels];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < channels; c++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, c, row);
        for (int x = 0; x < width; x++) {
          samples[(y * width + x) * channels + c] = (byte) (row[x] >> bits - 8);
        }
      }
    }
    return new PixelImage(width, height, channels, samples);
  }

  /** Pixels that are indices into a palette, or packed into one number. */
  private static PixelImage palette(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] samples = new byte[width * height * 3];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        samples[at++] = (byte) (pixel >> 16);
        samples[at++] = (byte) (pixel >> 8);
        samples[at++] = (byte) pixel;
      }
    }
    return new PixelImage(width, height, 3, samples);
  }
}
