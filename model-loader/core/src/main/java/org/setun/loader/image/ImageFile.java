// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads PNG and JPEG images, recognised by their content.
 *
 * @since 0.1
 */
public final class ImageFile {
  /** Pixels of the largest image that is decoded: 200 MB as RGB. */
  public static final long MOST_PIXELS = 1L << 26;

  private static final String DECODERS = "java.desktop";

  private ImageFile() {}

  /**
   * Reads an image. Transparency, colour profiles and EXIF orientation are ignored, as PIL's {@code
   * Image.open} does: turn a photograph upright before, where training did ({@code
   * ImageOps.exif_transpose}). Of 16 bits a sample the upper 8 are taken. CMYK and YCCK become RGB
   * as PIL converts them, without a profile. A file that is cut short is an error.
   *
   * @param path the file
   * @return the image, grey or RGB as the file is
   * @throws ImageException if the file cannot be read, is neither PNG nor JPEG, is damaged or
   *     truncated, is a JPEG with arithmetic coding, without loss or with 12 bits, or has more than
   *     2^26 pixels, or more scans than 64 or than 2^30 pixels allow
   */
  public static PixelImage read(Path path) throws ImageException {
    Objects.requireNonNull(path, "path");
    if (!Files.isRegularFile(path)) {
      throw new ImageException(path, "no such file", null);
    }
    requireDecoder(path.toString());
    return ImageDecoder.read(path, MOST_PIXELS);
  }

  /**
   * Reads an image from memory, as {@link #read(Path)} does from a file.
   *
   * @param encoded the content of a file
   * @param name what messages call the image
   * @return the image, grey or RGB as it is encoded
   * @throws ImageException if it is neither PNG nor JPEG, is damaged, or has more than {@link
   *     #MOST_PIXELS}
   */
  public static PixelImage read(byte[] encoded, String name) throws ImageException {
    Objects.requireNonNull(encoded, "encoded");
    return read(new ByteArrayInputStream(encoded), name);
  }

  /**
   * Reads an image from a stream, as {@link #read(Path)} does from a file.
   *
   * @param encoded the content of a file; not closed, and read no further than needed
   * @param name what messages call the image
   * @return the image, grey or RGB as it is encoded
   * @throws ImageException if it cannot be read, is neither PNG nor JPEG, is damaged, or has more
   *     than {@link #MOST_PIXELS}
   */
  public static PixelImage read(InputStream encoded, String name) throws ImageException {
    return read(encoded, name, MOST_PIXELS);
  }

  /**
   * Reads an image from a stream, as {@link #read(Path)} does from a file.
   *
   * @param encoded the content of a file; not closed, and read no further than needed
   * @param name what messages call the image
   * @param mostPixels images with more are refused before they are decoded
   * @return the image, grey or RGB as it is encoded
   * @throws ImageException if it cannot be read, is neither PNG nor JPEG, is damaged, or has too
   *     many pixels
   */
  public static PixelImage read(InputStream encoded, String name, long mostPixels)
      throws ImageException {
    Objects.requireNonNull(encoded, "encoded");
    Objects.requireNonNull(name, "name");
    requireDecoder(name);
    return ImageDecoder.read(encoded, name, mostPixels);
  }

  /**
   * Takes the pixels of an image that is decoded already. Transparency is ignored; of 16 bits a
   * sample the upper 8 are taken.
   *
   * @param image the image, of any type
   * @return a copy, grey if the image is grey, or else RGB
   */
  public static PixelImage of(BufferedImage image) {
    Objects.requireNonNull(image, "image");
    return ImageDecoder.of(image);
  }

  /** The decoders are the JDK's, in a module that an application need not have. */
  private static void requireDecoder(String name) throws ImageException {
    if (ModuleLayer.boot().findModule(DECODERS).isEmpty()) {
      throw new ImageException(
          name,
          "images are decoded by the module "
              + DECODERS
              + ", which this application runs without; require it, or add --add-modules "
              + DECODERS,
          null);
    }
  }
}
