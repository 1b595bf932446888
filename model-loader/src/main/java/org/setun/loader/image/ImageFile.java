package org.setun.loader.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/** Reads PNG and JPEG files, recognised by their content. */
public final class ImageFile {
  /** Pixels of the largest image that is decoded: 200 MB as RGB, whatever the file's own size. */
  private static final long MOST_PIXELS = 1L << 26;

  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  private ImageFile() {}

  /**
   * Reads an image. Transparency, colour profiles and EXIF orientation are ignored, as PIL does; of
   * 16 bits a sample the upper 8 are taken.
   *
   * @param path the file
   * @return the image, grey or RGB as the file is
   * @throws ImageException if the file cannot be read, is neither PNG nor JPEG, is damaged, or has
   *     more than 2^26 pixels
   */
  public static PixelImage read(Path path) throws ImageException {
    if (!Files.isRegularFile(path)) {
      throw new ImageException(path, "no such file", null);
    }
    try (ImageInputStream in = new FileImageInputStream(path.toFile())) {
      return decode(path, in);
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO's decoders answer damage with whatever exception they stumble into.
      throw new ImageException(path, "cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static PixelImage decode(Path path, ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      try {
        if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
          reader.setInput(in, true, true);
          long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
          if (pixels > MOST_PIXELS) {
            throw new ImageException(
                path, pixels + " pixels are more than the " + MOST_PIXELS + " allowed", null);
          }
          return toPixels(reader.read(0));
        }
      } finally {
        reader.dispose();
      }
    }
    throw new ImageException(path, "neither a PNG nor a JPEG image", null);
  }

  private static PixelImage toPixels(BufferedImage image) {
    ColorModel model = image.getColorModel();
    int colours = model.getColorSpace().getType();
    if (model instanceof ComponentColorModel && colours == ColorSpace.TYPE_GRAY) {
      return samples(image.getRaster(), 1, model.getComponentSize(0));
    }
    if (model instanceof ComponentColorModel && colours == ColorSpace.TYPE_RGB) {
      return samples(image.getRaster(), 3, model.getComponentSize(0));
    }
    return palette(image);
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
