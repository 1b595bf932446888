package org.setun.server.input;

import java.io.ByteArrayInputStream;
import org.setun.loader.image.ImageException;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;

/** Decodes PNG and JPEG images. Immutable. */
public final class ImageDecoder {
  /**
   * Scans of a JPEG. Those of a progressive one are about ten; each costs a pass over all pixels,
   * which 20 bytes of a file can demand.
   */
  private static final int MOST_SCANS = 64;

  private final ImagePreprocessor preprocessor;
  private final int maxPixels;

  /**
   * Makes a decoder.
   *
   * @param preprocessor makes inputs of images
   * @param maxPixels pixels of an image, at most; checked before pixels are decoded
   */
  public ImageDecoder(ImagePreprocessor preprocessor, int maxPixels) {
    this.preprocessor = preprocessor;
    this.maxPixels = maxPixels;
  }

  /**
   * Decodes an image.
   *
   * @param encoded the content of a PNG or JPEG file
   * @return one input
   * @throws Refusal if it is not an image, is damaged or too large
   */
  public Inputs decode(byte[] encoded) throws Refusal {
    if (scans(encoded) > MOST_SCANS) {
      throw new Refusal(422, "the image has more than " + MOST_SCANS + " scans");
    }
    try {
      return new Decoded(
          ImageFile.read(new ByteArrayInputStream(encoded), "the image", maxPixels), preprocessor);
    } catch (ImageException e) {
      throw new Refusal(422, e.getMessage());
    }
  }

  /** Start-of-scan markers of a JPEG; in its compressed data 0xFF is never followed by 0xDA. */
  private static int scans(byte[] encoded) {
    int scans = 0;
    if (encoded.length > 1 && encoded[0] == (byte) 0xFF && encoded[1] == (byte) 0xD8) {
      for (int i = 2; i + 1 < encoded.length; i++) {
        if (encoded[i] == (byte) 0xFF && encoded[i + 1] == (byte) 0xDA) {
          scans++;
        }
      }
    }
    return scans;
  }

  private record Decoded(PixelImage image, ImagePreprocessor preprocessor) implements Inputs {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public boolean several() {
      return false;
    }

    @Override
    public void copyTo(int index, float[] target, int offset) throws Refusal {
      try {
        preprocessor.apply(image, target, offset);
      } catch (IllegalArgumentException e) {
        throw new Refusal(422, e.getMessage());
      }
    }
  }
}
